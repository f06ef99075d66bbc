/**
 * The simple handshake, server side. Adobe RTMP 1.0 § 5.2. A client that offers the digest scheme of Flash Player 9 is
 * answered in the same way: a version of zero in S1 tells it so, and all publishers in use accept that.
 *
 *     C0 (1 byte: version) C1 (1536: time, version, random)      →
 *     ←      S0 (1) S1 (1536: time, zero, random) S2 (1536: C1 again)
 *     C2 (1536: S1 again)                                        →
 */
import { LivestillError } from '../../../src/shared/errors.ts';

/** Bytes of C1, C2, S1 and S2. */
export const handshakeSize = 1536;

/** What C0 and S0 say, § 5.2.2. 6 would be the encrypted variant; 32 and up are the letters of other protocols. */
export const rtmpVersion = 3;

/** The handshake's next result: bytes to send once C1 is there, the rest of the input once C2 is. */
type HandshakeStep = { readonly reply: Uint8Array } | { readonly rest: Uint8Array } | null;

export interface Handshake {
	/** Takes bytes in any portions. Call again with nothing until it gives `null` or `rest`. */
	next(bytes: Uint8Array): HandshakeStep;
}

/** @param random fills S1; S1's content matters to nobody, but must not be predictable by its length alone */
export const createServerHandshake = (random: (bytes: Uint8Array) => void): Handshake => {
	const received = new Uint8Array(1 + 2 * handshakeSize);
	let length = 0;
	let replied = false;
	let excess = new Uint8Array(0);
	return {
		next: (bytes) => {
			const portion = bytes.subarray(0, received.length - length);
			received.set(portion, length);
			length += portion.length;
			if (portion.length < bytes.length) excess = bytes.slice(portion.length);
			const version = received[0] ?? 0;
			if (length > 0 && version !== rtmpVersion)
				throw new LivestillError('PROTOCOL_VIOLATION', `RTMP handshake: version ${version} instead of ${rtmpVersion}`);
			if (!replied && length >= 1 + handshakeSize) {
				replied = true;
				const reply = new Uint8Array(1 + 2 * handshakeSize);
				reply[0] = rtmpVersion;
				random(reply.subarray(9, 1 + handshakeSize));
				reply.set(received.subarray(1, 1 + handshakeSize), 1 + handshakeSize);
				return { reply };
			}
			// C2 is not compared with S1: some publishers fill it with zeros, and nothing depends on it.
			return length === received.length ? { rest: excess } : null;
		},
	};
};
