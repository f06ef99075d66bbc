import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../ingest-node/protocols/bytes.ts';
import {
	headerOf,
	type RtspMessage,
	writeInterleaved,
	writeRequest,
	writeResponse,
} from '../../../ingest-node/protocols/rtsp/message.ts';
import { createRtspReader } from '../../../ingest-node/protocols/rtsp/reader.ts';
import { rtspLimits } from '../../../ingest-node/protocols/rtsp/rtsp-limits.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { mutate, randomSource } from '../../support/mutate.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a reader makes of the bytes in portions; the last line is the error, if there is one. */
const readAll = (bytes: Uint8Array, portion = bytes.length || 1): { messages: RtspMessage[]; error: string } => {
	const reader = createRtspReader();
	const messages: RtspMessage[] = [];
	try {
		for (let at = 0; at < bytes.length; at += portion)
			// Copies: a socket's buffer is used again.
			for (const message of reader.read(bytes.slice(at, at + portion)))
				messages.push(message.kind === 'interleaved' ? { ...message, data: message.data.slice() } : message);
	} catch (error) {
		expect(error).toBeInstanceOf(LivestillError);
		return { messages, error: (error as LivestillError).message };
	}
	return { messages, error: '' };
};

const read = (text: string) => readAll(bytesOf(text));
const one = (text: string): RtspMessage | undefined => read(text).messages[0];

describe('a message', () => {
	it('is a request with headers in any case and a body', () => {
		const sdp = 'v=0\r\n';
		const message = one(`ANNOUNCE rtsp://h/a?b=c RTSP/1.0\r\ncseq:2\r\nContent-LENGTH : ${sdp.length}\r\n\r\n${sdp}`);
		expect(message).toMatchObject({ kind: 'request', method: 'ANNOUNCE', url: 'rtsp://h/a?b=c', version: '1.0' });
		if (message?.kind !== 'request') throw new Error('no request');
		expect(headerOf(message, 'cseq')).toBe('2');
		expect(headerOf(message, 'session')).toBeNull();
		expect(new TextDecoder().decode(message.body)).toBe(sdp);
	});

	it('is a response with a repeated header, in order', () => {
		const message = one(
			'RTSP/1.0 401 Un authorized\r\nWWW-Authenticate: Digest a\r\nwww-authenticate: Basic b\r\n\r\n',
		);
		if (message?.kind !== 'response') throw new Error('no response');
		expect(message).toMatchObject({ status: 401, reason: 'Un authorized' });
		expect(message.headers.get('www-authenticate')).toEqual(['Digest a', 'Basic b']);
	});

	it.each([
		['lines that end with LF alone', 'OPTIONS * RTSP/1.0\nCSeq: 1\n\n'],
		['lines of both kinds', 'OPTIONS * RTSP/1.0\r\nCSeq: 1\n\r\n'],
		['empty lines in front', '\r\n\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
		['blanks more than needed', 'options  *  RTSP/1.0 \r\nCSeq:\t 1 \r\n\r\n'],
		['a folded header', 'OPTIONS * RTSP/1.0\r\nCSeq:\r\n 1\r\n\r\n'],
	])('may have %s', (_what, text) => {
		const message = one(text);
		if (message?.kind !== 'request') throw new Error('no request');
		expect([message.method, message.url, headerOf(message, 'cseq')]).toEqual(['OPTIONS', '*', '1']);
	});

	it('may be without reason and without CSeq', () => {
		expect(one('RTSP/1.0 200\r\n\r\n')).toMatchObject({ kind: 'response', status: 200, reason: '' });
	});

	it('of each kind comes in any order on one connection', () => {
		const frame = writeInterleaved(3, Uint8Array.of(0x24, 1, 2));
		const bytes = concatBytes([
			frame,
			writeResponse(200, 'OK', [['CSeq', '1']]),
			frame,
			writeRequest('SET_PARAMETER', '*', [['CSeq', '2']], bytesOf('$a: b')),
			writeInterleaved(0, new Uint8Array(0)),
		]);
		const kinds = ['interleaved', 'response', 'interleaved', 'request', 'interleaved'];
		for (const portion of [1, 2, 3, 7, 1000]) {
			const { messages, error } = readAll(bytes, portion);
			expect(error).toBe('');
			expect(messages.map(({ kind }) => kind)).toEqual(kinds);
			expect(messages[2]).toEqual({ kind: 'interleaved', channel: 3, data: Uint8Array.of(0x24, 1, 2) });
			expect(messages[3]).toMatchObject({ method: 'SET_PARAMETER', body: bytesOf('$a: b') });
		}
	});

	it('is handed out one at a time', () => {
		const reader = createRtspReader();
		const messages = reader.read(bytesOf('OPTIONS * RTSP/1.0\r\n\r\nGARBAGE\r\n\r\n'));
		expect(messages.next().value).toMatchObject({ method: 'OPTIONS' });
		expect(() => messages.next()).toThrow(LivestillError);
	});
});

describe('the connection is of no more use after', () => {
	const long = 'x'.repeat(rtspLimits.headBytes);
	const cases: readonly [string, string | Uint8Array, RegExp][] = [
		['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', /"GET \/ HTTP\/1.1" begins no request/],
		['a TLS handshake', Uint8Array.of(22, 3, 1, 2, 0, 1), /byte 22 begins no message/],
		[
			'a byte behind a frame that was too short',
			concatBytes([writeInterleaved(0, new Uint8Array(4)), Uint8Array.of(0x80)]),
			/byte 128/,
		],
		['headers without an end', `OPTIONS * RTSP/1.0\r\nX: ${long}`, /headers of more than 16384 bytes/],
		[
			'headers whose end comes too late',
			`OPTIONS * RTSP/1.0\r\nX: ${long}\r\n\r\n`,
			/headers of more than 16384 bytes/,
		],
		['too many headers', `OPTIONS * RTSP/1.0\r\n${'X: y\r\n'.repeat(101)}\r\n`, /101 header lines, at most 100/],
		['a header without a colon', 'OPTIONS * RTSP/1.0\r\nCSeq 1\r\n\r\n', /header line "CSeq"/],
		['a body that is too large', 'ANNOUNCE * RTSP/1.0\r\nContent-Length: 65537\r\n\r\n', /65537 bytes, at most 65536/],
		['a negative length', 'ANNOUNCE * RTSP/1.0\r\nContent-Length: -1\r\n\r\n', /Content-Length "-1"/],
		['two lengths', 'ANNOUNCE * RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', /Content-Length "1, 2"/],
		['control characters', 'OPTIONS * RTSP/1.0\r\nX: a\u0000b\r\n\r\n', /control characters/],
		['a request of one word', 'OPTIONS\r\n\r\n', /begins no request/],
	];
	it.each(cases)('%s', (_what, input, message) => {
		expect(readAll(typeof input === 'string' ? bytesOf(input) : input).error).toMatch(message);
	});

	it('a drip of headers, once they are too long', () => {
		expect(readAll(bytesOf(`OPTIONS * RTSP/1.0\r\nX: ${long}`), 97).error).toMatch(/headers of more than/);
	});
});

it('writes no line that becomes two', () => {
	expect(() => writeRequest('OPTIONS', 'rtsp://h/\r\nX: y', [])).toThrow(LivestillError);
	expect(() => writeResponse(200, 'OK', [['CSeq', '1\nX: y']])).toThrow(LivestillError);
});

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
const text = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/);
const body = fc.uint8Array({ maxLength: 300 });

it('reads back what was written, however it is cut', () => {
	const written = fc.oneof(
		fc
			.tuple(
				token,
				text.map((url) => url.replaceAll(' ', '')),
				text,
				body,
			)
			.map(([method, url, value, bytes]) => ({
				bytes: writeRequest(
					method,
					url,
					[
						['CSeq', '1'],
						['x-value', value],
					],
					bytes,
				),
				expected: { kind: 'request', method: method.replaceAll('-', '_').toUpperCase() },
				method,
				value,
				body: bytes,
			})),
		fc.tuple(fc.integer({ min: 100, max: 999 }), text, text, body).map(([status, reason, value, bytes]) => ({
			bytes: writeResponse(status, reason, [['x-value', value]], bytes),
			expected: { kind: 'response', status, reason },
			method: 'X',
			value,
			body: bytes,
		})),
	);
	fc.assert(
		fc.property(fc.array(written, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 200 }), (all, portion) => {
			fc.pre(all.every(({ method }) => !/[0-9-]/.test(method)));
			const { messages, error } = readAll(concatBytes(all.map(({ bytes }) => bytes)), portion);
			expect(error).toBe('');
			expect(messages).toMatchObject(all.map(({ expected }) => expected));
			for (const [index, message] of messages.entries()) {
				if (message.kind === 'interleaved') throw new Error('no frame was written');
				expect(headerOf(message, 'x-value')).toBe(all[index]?.value);
				expect(message.body).toEqual(all[index]?.body);
			}
		}),
		{ numRuns: 200 },
	);
});

it('makes the same of damaged bytes however they are cut, and nothing but our error escapes', () => {
	const original = concatBytes([
		writeRequest('ANNOUNCE', 'rtsp://h/live/a', [['CSeq', '1']], bytesOf('v=0\r\ns=x\r\n')),
		writeInterleaved(0, Uint8Array.of(0x80, 96, 0, 1)),
		writeResponse(200, 'OK', [
			['CSeq', '2'],
			['Session', 'abc;timeout=60'],
		]),
		writeInterleaved(1, new Uint8Array(300)),
		writeRequest('TEARDOWN', 'rtsp://h/live/a', [['CSeq', '3']]),
	]);
	const random = randomSource(7);
	let failed = 0;
	for (let round = 0; round < 2000; round += 1) {
		const bytes = mutate(original, random);
		const whole = readAll(bytes);
		expect(readAll(bytes, 1 + (random() % 64))).toEqual(whole);
		if (whole.error !== '') failed += 1;
	}
	// Damage that is never noticed, or always, would mean that the test tests nothing.
	expect(failed).toBeGreaterThan(200);
	expect(failed).toBeLessThan(1950);
});
