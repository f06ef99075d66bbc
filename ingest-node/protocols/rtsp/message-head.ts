/** The lines of a message up to the empty one. RFC 2326 §§ 4.2, 6.1, 7.1; syntax of header lines as in HTTP/1.1. */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { RtspHeaders, RtspRequest, RtspResponse } from './message.ts';
import { rtspLimits } from './rtsp-limits.ts';

/** A message whose body is still to come. */
export type RtspHead = Omit<RtspRequest, 'body'> | Omit<RtspResponse, 'body'>;

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `RTSP: ${why}`);
};

/** A piece of foreign text that can stand in a log line: short, and without an URL or query, which may hold credentials. */
const excerpt = (text: string): string => JSON.stringify((text.split(/:\/\/|\?/)[0] ?? '').slice(0, 40));

const requestLine = /^([A-Za-z_]{1,32}) +(\S+) +RTSP\/([0-9]\.[0-9]) *$/;
const statusLine = /^RTSP\/([0-9]\.[0-9]) +([1-9][0-9]{2})(?: (.*))?$/;
const headerLine = /^([\w!#$%&'*+.^`|~-]{1,64})[ \t]*:(.*)$/;

const readHeaders = (lines: readonly string[]): RtspHeaders => {
	if (lines.length > rtspLimits.headerLines)
		fail(`${lines.length} header lines, at most ${rtspLimits.headerLines} are allowed`);
	const headers = new Map<string, string[]>();
	let newest: string[] | null = null;
	for (const line of lines) {
		// A line that begins with a blank continues the one before.
		if (/^[ \t]/.test(line) && newest !== null) {
			newest.push(`${newest.pop() ?? ''} ${line.trim()}`.trim());
			continue;
		}
		const [, name, value = ''] = headerLine.exec(line) ?? fail(`header line ${excerpt(line.split(/\s/)[0] ?? '')}`);
		const key = (name ?? '').toLowerCase();
		newest = headers.get(key) ?? [];
		headers.set(key, newest);
		newest.push(value.trim());
	}
	return headers;
};

/** @param bytes the head, with or without its empty line. @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseHead = (bytes: Uint8Array): RtspHead => {
	const text = new TextDecoder().decode(bytes).replace(/[\r\n]+$/, '');
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
	if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)) fail('control characters in a message');
	const [first = '', ...lines] = text.split(/\r?\n/);
	const request = requestLine.exec(first);
	if (request !== null) {
		const [, method = '', url = '', version = ''] = request;
		return { kind: 'request', method: method.toUpperCase(), url, version, headers: readHeaders(lines) };
	}
	const status = statusLine.exec(first);
	if (status === null) return fail(`${excerpt(first)} begins no request and no response`);
	const [, version = '', code = '', reason = ''] = status;
	return { kind: 'response', version, status: Number(code), reason: reason.trim(), headers: readHeaders(lines) };
};

/** Bytes of the body. @throws LivestillError `PROTOCOL_VIOLATION` */
export const bodyLength = ({ headers }: RtspHead): number => {
	const lengths = new Set(headers.get('content-length') ?? []);
	if (lengths.size === 0) return 0;
	const [length = ''] = lengths;
	if (lengths.size > 1 || !/^[0-9]{1,9}$/.test(length))
		return fail(`Content-Length ${excerpt([...lengths].join(', '))}`);
	if (Number(length) > rtspLimits.bodyBytes)
		return fail(`a body of ${length} bytes, at most ${rtspLimits.bodyBytes} are allowed`);
	return Number(length);
};
