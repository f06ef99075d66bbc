import { describe, expect, test } from 'vitest';
import { redirectTarget } from '../../../ingest-node/protocols/rtsp/redirect-target.ts';
import { parseRtspUri } from '../../../ingest-node/protocols/rtsp/rtsp-uri.ts';

const cases: readonly (readonly [string, Partial<ReturnType<typeof parseRtspUri>>])[] = [
	['rtsp://cam.local/live', { url: 'rtsp://cam.local/live', host: 'cam.local', port: 554, credentials: null }],
	['RTSP://Cam.Local:8554/Live?A=B', { url: 'rtsp://cam.local:8554/Live?A=B', port: 8554, isSecure: false }],
	['rtsps://cam.local', { url: 'rtsps://cam.local', port: 322, isSecure: true }],
	['rtsp://[::1]:554/x', { url: 'rtsp://[::1]:554/x', host: '::1' }],
	['rtsp://u:p@h/x', { url: 'rtsp://h/x', credentials: { username: 'u', password: 'p' } }],
	['rtsp://u@h/x', { credentials: { username: 'u', password: '' } }],
	['rtsp://u:p%40s%3As@h/x', { url: 'rtsp://h/x', credentials: { username: 'u', password: 'p@s:s' } }],
	// Nobody encodes a password who does not have to.
	['rtsp://u:p@ss:100%@h/x', { url: 'rtsp://h/x', credentials: { username: 'u', password: 'p@ss:100%' } }],
	['rtsp://h/a b/ä#fragment', { url: 'rtsp://h/a%20b/%C3%A4' }],
];

describe('a URI', () => {
	test.each(cases)('%s', (text, parts) => {
		expect(parseRtspUri(text)).toMatchObject(parts);
	});

	test.each([
		'',
		'http://h/x',
		'rtsp:///x',
		'rtsp://u:p@/x',
		'rtsp://h:0/x',
		'rtsp://h:65536/x',
		'rtsp://h:x/x',
		'rtsp://h h/x',
		'rtsp://h/x\r\nCSeq: 1',
		'rtsp://[::1/x',
		`rtsp://h/${'x'.repeat(2000)}`,
		'rtsp://h/\ud800',
	])('that is none: %j', (text) => {
		expect(() => parseRtspUri(text)).toThrow(/^Bad URI: /);
	});

	test('that is none is not shown', () => {
		expect(() => parseRtspUri('rtsp://user:secret@h:99999/x')).toThrow(expect.not.stringContaining('secret'));
	});
});

describe('a redirect', () => {
	const from = parseRtspUri('rtsp://u:p@cam:8554/a');
	const secret = { username: 'u', password: 'p' };

	test('to the same server takes the credentials with it', () => {
		expect(redirectTarget(from, 'rtsp://cam:8554/b')).toMatchObject({ url: 'rtsp://cam:8554/b', credentials: secret });
		expect(redirectTarget(from, '/b')).toMatchObject({ url: 'rtsp://cam:8554/b', credentials: secret });
	});

	test.each(['rtsp://cam/b', 'rtsp://other:8554/b', 'rtsps://other/b'])('to another does not: %s', (location) => {
		expect(redirectTarget(from, location).credentials).toBeNull();
	});

	test('brings its own', () => {
		const { credentials } = redirectTarget(from, 'rtsp://x:y@other/b');
		expect(credentials).toEqual({ username: 'x', password: 'y' });
	});

	test('from TLS to plain text, and to what is no camera, is refused', () => {
		expect(() => redirectTarget(parseRtspUri('rtsps://cam/a'), 'rtsp://cam/a')).toThrow(/plain text/);
		for (const location of ['http://cam/', 'file:///etc/passwd', '', 'rtsp://'])
			expect(() => redirectTarget(from, location)).toThrow(/Bad URI/);
	});
});
