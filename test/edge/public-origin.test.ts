/** Absolute addresses in answers: with the scheme that the client has used, which only whoever took TLS off can tell. */
import { expect, test } from 'vitest';
import { startApp } from './support/app.ts';
import { keep, publish } from './support/store.ts';

const history = { interval: 10_000, retention: 3_600_000 };

/** Every origin that an answer names. */
const originsIn = (text: string): Set<string> => new Set(text.match(/https?:\/\/livestill\.test[:0-9]*/g));

test.each([
	['https', 'https://livestill.test'],
	['http', 'http://livestill.test'],
	[null, 'http://livestill.test'],
	['', 'http://livestill.test'],
	['HTTPS', 'http://livestill.test'],
	['https, http', 'http://livestill.test'],
	['javascript', 'http://livestill.test'],
])('X-Forwarded-Proto: %s', async (scheme, origin) => {
	const now = Date.now();
	const { name } = await publish({ capturedAt: now, history });
	await keep(name, { capturedAt: now - 20_000, history });
	const { request } = startApp();
	const headers: Record<string, string> = scheme === null ? {} : { 'X-Forwarded-Proto': scheme };
	for (const path of [`/preview/${name}/storyboard.vtt`, `/streams/${name}`, '/openapi.json']) {
		const response = await request(path, { headers });
		expect([path, response.status, [...originsIn(await response.text())]]).toEqual([path, 200, [origin]]);
	}
});

test('a port stays, unless it is the usual one', async () => {
	const { publicOrigin } = await import('../../src/http/public-origin.ts');
	const headers = { 'X-Forwarded-Proto': 'https' };
	expect(publicOrigin(new Request('http://a.example:8444/x', { headers }))).toBe('https://a.example:8444');
	expect(publicOrigin(new Request('http://a.example/x', { headers }))).toBe('https://a.example');
	expect(publicOrigin(new Request('http://[::1]:8444/x', { headers }))).toBe('https://[::1]:8444');
});
