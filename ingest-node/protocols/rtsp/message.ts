/**
 * What goes over an RTSP connection, in both directions: requests, responses and media. RFC 2326 §§ 4 to 7, § 10.12.
 *
 *     method SP url SP RTSP/1.0 CRLF | name: value CRLF | … | CRLF | body of Content-Length bytes
 *     RTSP/1.0 SP status SP reason CRLF | the same
 *     $ | channel 8 | length 16 | length bytes of RTP or RTCP
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { concatBytes } from '../bytes.ts';

/** By name in lower case; each line of the name is a value, in order. */
export type RtspHeaders = ReadonlyMap<string, readonly string[]>;

export interface RtspRequest {
	readonly kind: 'request';
	/** Upper case, as methods are; unknown ones too. */
	readonly method: string;
	readonly url: string;
	/** `1.0` */
	readonly version: string;
	readonly headers: RtspHeaders;
	readonly body: Uint8Array;
}

export interface RtspResponse {
	readonly kind: 'response';
	readonly version: string;
	/** 100–999 */
	readonly status: number;
	/** Text for people, may be empty. */
	readonly reason: string;
	readonly headers: RtspHeaders;
	readonly body: Uint8Array;
}

/** RTP or RTCP inside of the connection. RFC 2326 § 10.12 */
export interface InterleavedFrame {
	readonly kind: 'interleaved';
	/** 0–255 */
	readonly channel: number;
	/** May be a view of the bytes that were read. */
	readonly data: Uint8Array;
}

export type RtspMessage = RtspRequest | RtspResponse | InterleavedFrame;

/** First byte of an interleaved frame: `$`. */
export const interleavedMark = 0x24;

/** The first value of a header, `null` without. @param name in lower case */
export const headerOf = ({ headers }: { readonly headers: RtspHeaders }, name: string): string | null =>
	headers.get(name)?.[0] ?? null;

/** Header lines to write, in order. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

const noBody = new Uint8Array(0);

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const lineBreaker = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const write = (startLine: string, headers: HeaderLines, body: Uint8Array): Uint8Array => {
	const lines = [startLine, ...headers.map(([name, value]) => `${name}: ${value}`)];
	if (body.length > 0) lines.push(`Content-Length: ${body.length}`);
	// Whatever a line was made of, it must not become two.
	if (lines.some((line) => lineBreaker.test(line)))
		throw new LivestillError('INTERNAL', 'RTSP: a control character in a line of ours');
	const head = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
	return body.length === 0 ? head : concatBytes([head, body]);
};

/** `Content-Length` is added where there is a body. @throws LivestillError `INTERNAL` control characters in a line */
export const writeRequest = (
	method: string,
	url: string,
	headers: HeaderLines,
	body: Uint8Array = noBody,
): Uint8Array => write(`${method} ${url} RTSP/1.0`, headers, body);

/** `Content-Length` is added where there is a body. @throws LivestillError `INTERNAL` control characters in a line */
export const writeResponse = (
	status: number,
	reason: string,
	headers: HeaderLines,
	body: Uint8Array = noBody,
): Uint8Array => write(`RTSP/1.0 ${status} ${reason}`, headers, body);

/** @param data at most 65,535 bytes */
export const writeInterleaved = (channel: number, data: Uint8Array): Uint8Array => {
	const frame = new Uint8Array(4 + data.length);
	frame[0] = interleavedMark;
	frame[1] = channel;
	frame[2] = data.length >> 8;
	frame[3] = data.length;
	frame.set(data, 4);
	return frame;
};
