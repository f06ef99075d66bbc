/**
 * Takes the bytes of an RTSP connection apart, however TCP cuts them: requests, responses and interleaved frames in any
 * order, in both directions. Lines may end with LF alone, and empty lines may stand in front of a message.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { concatBytes, u8, u16 } from '../bytes.ts';
import { interleavedMark, type RtspMessage } from './message.ts';
import { bodyLength, parseHead } from './message-head.ts';
import { rtspLimits } from './rtsp-limits.ts';

export interface RtspReader {
	/**
	 * The messages that are complete with these bytes; frames are views of them where they came in one piece. Nothing more
	 * may be given to it until the generator is done.
	 *
	 * @throws LivestillError `PROTOCOL_VIOLATION`: where the next message begins is no longer known
	 */
	read(bytes: Uint8Array): Generator<RtspMessage, void>;
}

/** A message whose end is known: how many bytes it has, and what they make. */
interface Outline {
	readonly size: number;
	readonly make: (bytes: Uint8Array) => RtspMessage;
}

const frameHeaderSize = 4;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const nothing = new Uint8Array(0);

/** Index behind the empty line that ends a head, 0 when it is not there. */
const endOfHead = (bytes: Uint8Array): number => {
	const end = Math.min(bytes.length, rtspLimits.headBytes);
	for (let at = bytes.indexOf(lineFeed); at >= 0 && at < end; at = bytes.indexOf(lineFeed, at + 1)) {
		if (bytes[at + 1] === lineFeed && at + 1 < end) return at + 2;
		if (bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed && at + 2 < end) return at + 3;
	}
	return 0;
};

/** `null`: more bytes are needed to tell. */
const outlineOf = (bytes: Uint8Array): Outline | null => {
	if (bytes[0] === interleavedMark) {
		if (bytes.length < frameHeaderSize) return null;
		const size = frameHeaderSize + u16(bytes, 2);
		const channel = u8(bytes, 1);
		return { size, make: (frame) => ({ kind: 'interleaved', channel, data: frame.subarray(frameHeaderSize) }) };
	}
	// Not a letter: a frame whose length was wrong, or no RTSP at all. Waiting for a line would only take longer.
	if (!/[A-Za-z]/.test(String.fromCharCode(u8(bytes, 0))))
		throw new LivestillError('PROTOCOL_VIOLATION', `RTSP: byte ${u8(bytes, 0)} begins no message`);
	const end = endOfHead(bytes);
	if (end === 0) {
		if (bytes.length < rtspLimits.headBytes) return null;
		throw new LivestillError('PROTOCOL_VIOLATION', `RTSP: headers of more than ${rtspLimits.headBytes} bytes`);
	}
	const head = parseHead(bytes.subarray(0, end));
	return { size: end + bodyLength(head), make: (message) => ({ ...head, body: message.slice(end) }) };
};

const withoutEmptyLines = (bytes: Uint8Array): Uint8Array => {
	let at = 0;
	while (bytes[at] === carriageReturn || bytes[at] === lineFeed) at += 1;
	return at === 0 ? bytes : bytes.subarray(at);
};

export const createRtspReader = (): RtspReader => {
	/** Bytes in front, of a message whose size is not known. */
	let front: Uint8Array = nothing;
	/** A message of known size, as far as it is there. */
	let partial: { readonly outline: Outline; readonly bytes: Uint8Array; filled: number } | null = null;

	/** Fills the partial message; the bytes that it does not need, or `null`: it needs more. */
	const fill = (target: NonNullable<typeof partial>, bytes: Uint8Array): Uint8Array | null => {
		const taken = bytes.subarray(0, target.bytes.length - target.filled);
		target.bytes.set(taken, target.filled);
		target.filled += taken.length;
		return target.filled < target.bytes.length ? null : bytes.subarray(taken.length);
	};

	return {
		read: function* (bytes) {
			let rest = front.length === 0 ? bytes : concatBytes([front, bytes]);
			front = nothing;
			if (partial !== null) {
				const { outline, bytes: whole } = partial;
				const unneeded = fill(partial, rest);
				if (unneeded === null) return;
				partial = null;
				rest = unneeded;
				yield outline.make(whole);
			}
			for (rest = withoutEmptyLines(rest); rest.length > 0; rest = withoutEmptyLines(rest)) {
				const outline = outlineOf(rest);
				if (outline === null) {
					front = rest.slice();
					return;
				}
				if (outline.size > rest.length) {
					partial = { outline, bytes: new Uint8Array(outline.size), filled: 0 };
					fill(partial, rest);
					return;
				}
				const whole = rest.subarray(0, outline.size);
				rest = rest.subarray(outline.size);
				yield outline.make(whole);
			}
		},
	};
};
