/** The shared secret of edge and ingest nodes, and what it signs: HMAC-SHA256 over lines of text and the hash of a body. */
import { ascii, bytesOfHex, hex } from './ascii.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The part of Web Crypto's `SubtleCrypto` that is used here; both sides have one. */
export interface Subtle {
	digest(algorithm: 'SHA-256', data: Bytes): Promise<ArrayBuffer>;
	importKey(
		format: 'raw',
		data: Bytes,
		algorithm: { name: 'HMAC'; hash: 'SHA-256' },
		extractable: boolean,
		usages: ('sign' | 'verify')[],
	): Promise<unknown>;
	sign(algorithm: 'HMAC', key: unknown, data: Bytes): Promise<ArrayBuffer>;
	/** Takes the same time whatever differs. */
	verify(algorithm: 'HMAC', key: unknown, signature: Bytes, data: Bytes): Promise<boolean>;
}

/** A key, ready for use. It does not show its secret, however it is printed. */
export interface ControlKey {
	/** Names the key in messages; tells nothing of the secret. 16 hexadecimal digits. */
	readonly id: string;
	/** 64 hexadecimal digits. @param lines ASCII without line feeds */
	sign(lines: readonly string[], body: Bytes): Promise<string>;
	/** Whether {@link ControlKey.sign} would give this; false for what is not 64 hexadecimal digits. */
	verify(signature: string, lines: readonly string[], body: Bytes): Promise<boolean>;
}

/** Fewer than 32 characters can be guessed from a signature; more than 256 are a mistake. */
const secretPattern = /^[!-~]{32,256}$/;

/** What a secret has to be, for messages. */
export const secretRule = '32 to 256 printable ASCII characters without spaces';

/** Whether a text may be a key's secret. */
export const isSecret = (text: string): boolean => secretPattern.test(text);

/** @param secret as {@link isSecret} accepts it */
export const importKey = async (subtle: Subtle, secret: string): Promise<ControlKey> => {
	const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
	const key = await subtle.importKey('raw', ascii(secret), algorithm, false, ['sign', 'verify']);
	const textOf = async (lines: readonly string[], body: Bytes): Promise<Bytes> =>
		ascii([...lines, hex(await subtle.digest('SHA-256', body))].join('\n'));
	return {
		id: hex(await subtle.sign('HMAC', key, ascii('livestill-control-1 key'))).slice(0, 16),
		sign: async (lines, body) => hex(await subtle.sign('HMAC', key, await textOf(lines, body))),
		verify: async (signature, lines, body) =>
			/^[0-9a-f]{64}$/.test(signature) && subtle.verify('HMAC', key, bytesOfHex(signature), await textOf(lines, body)),
	};
};
