import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/env.ts';
import type { Subtle } from '../../src/shared/control/key.ts';
import { parsePreviewPath } from '../../src/shared/preview/path.ts';
import { signQuery } from '../../src/shared/preview/sign.ts';
import { startApp, verdict } from './support/app.ts';
import { publish } from './support/store.ts';

const secrets = { k1: '1'.repeat(32), k2: '2'.repeat(40) };
const start = (clock = { now: Date.now, sleep: async () => {} }) =>
	startApp({ previewKeys: new Map(Object.entries(secrets)), clock });
const { request, counts } = start();
const inOneMinute = String(Math.floor(Date.now() / 1000) + 60);
const invalid = { status: 403, code: 'SIGNATURE_INVALID' };

const sign = async (
	path: string,
	parameters: Record<string, string> = {},
	key = { id: 'k1', secret: secrets.k1 },
): Promise<string> => {
	const pathname = path.split('?')[0] ?? '';
	const { format } = parsePreviewPath(pathname);
	const query = await signQuery(
		{ pathname, format, parameters: { exp: inOneMinute, ...parameters } },
		key,
		crypto.subtle as unknown as Subtle,
		(bytes) => bytes.toBase64({ alphabet: 'base64url', omitPadding: true }),
	);
	return `${pathname}?${query}`;
};

let path = '';
let url = '';
beforeAll(async () => {
	const { name } = await publish();
	path = `/preview/${name}.jpg`;
	url = await sign(path, { width: '320', height: '180', fit: 'cover' });
});

describe('a signed URL', () => {
	test('opens, with either key, and is cached no longer than it is valid', async () => {
		expect((await request(url)).status).toBe(200);
		const other = await request(await sign(path, {}, { id: 'k2', secret: secrets.k2 }));
		expect(other.status).toBe(200);
		const soon = String(Math.floor(Date.now() / 1000) + 3);
		const cacheControl = (await request(await sign(path, { exp: soon }))).headers.get('Cache-Control') ?? '';
		const seconds = [...cacheControl.matchAll(/=(\d+)/g)].map(([, n]) => Number(n));
		expect(seconds[0]).toBeLessThanOrEqual(3);
		expect((seconds[0] ?? 9) + (seconds[1] ?? 9)).toBeLessThanOrEqual(3);
	});

	test('is made as the documentation says', async () => {
		// printf 'livestill-preview-1\n/preview/a.jpg\nexp=1&kid=k1&width=320' | openssl dgst -sha256 -hmac 11111111111111111111111111111111 -binary | basenc --base64url
		const made = await signQuery(
			{ pathname: '/preview/a.jpg', format: 'jpg', parameters: { width: '320', exp: '1' } },
			{ id: 'k1', secret: secrets.k1 },
			crypto.subtle as unknown as Subtle,
			(bytes) => bytes.toBase64({ alphabet: 'base64url', omitPadding: true }),
		);
		expect(made).toBe('exp=1&kid=k1&width=320&sig=4_F8X8cEYnWEL3IyKo4FUAm3fZI49lmTY_r_P_7SmME');
	});

	test.each([
		['unsigned', (u: string) => u.split('?')[0] ?? ''],
		['without its signature', (u: string) => u.replace(/&sig=.*/, '')],
		['with an empty signature', (u: string) => u.replace(/sig=.*/, 'sig=')],
		['with another signature', (u: string) => u.replace(/sig=.{4}/, 'sig=AAAA')],
		['with a shorter signature', (u: string) => u.slice(0, -1)],
		['with padding', (u: string) => `${u}=`],
		['larger', (u: string) => u.replace('width=320', 'width=3840')],
		['with sides exchanged', (u: string) => u.replace('height=180', 'height=320').replace('width=320', 'width=180')],
		['re-ordered', (u: string) => u.replace('fit=cover&height=180', 'height=180&fit=cover')],
		['re-ordered, signature first', (u: string) => u.replace(/\?(.*)&(sig=.*)/, '?$2&$1')],
		['with one more', (u: string) => u.replace('&kid', '&h=16&kid')],
		['with more behind it', (u: string) => `${u}&width=16`],
		['with one less', (u: string) => u.replace('fit=cover&', '')],
		['with an alias', (u: string) => u.replace('width=', 'w=')],
		['encoded otherwise', (u: string) => u.replace('width', '%77idth')],
		['valid for longer', (u: string) => u.replace(/exp=\d+/, 'exp=9999999999')],
		['of another key', (u: string) => u.replace('kid=k1', 'kid=k2')],
		['of an unknown key', (u: string) => u.replace('kid=k1', 'kid=toString')],
		['of no key', (u: string) => u.replace('kid=k1&', '')],
		['in another format', (u: string) => u.replace('.jpg', '.png')],
		['in no format', (u: string) => u.replace('.jpg', '')],
		['of another stream', (u: string) => u.replace('/preview/', '/preview/x')],
		['with another spelling of the path', (u: string) => u.replace('stream-', 'stream%2D')],
		['as a grant', (u: string) => u.replace('&width', '&prefix=stream&width')],
	])('%s is refused', async (_title, change) => {
		const changed = change(url);
		expect(changed).not.toBe(url);
		const before = counts.gets;
		const response = await request(changed);
		expect(response.headers.get('Cache-Control')).toBe('no-store');
		expect(await verdict(response)).toEqual(invalid);
		expect(counts.gets).toBe(before);
	});

	test('that has expired is refused, and one that never expires', async () => {
		let now = Date.now();
		const other = start({ now: () => now, sleep: async () => {} });
		expect((await other.request(url)).status).toBe(200);
		now = Number(inOneMinute) * 1000;
		expect(await verdict(await other.request(url))).toEqual({ status: 403, code: 'SIGNATURE_EXPIRED' });
		for (const exp of ['', '0', '-1', '1e11', 'never', '999999999999'])
			expect(await verdict(await request(await sign(path, { exp })))).toEqual(invalid);
	});

	test('says nothing of the stream', async () => {
		expect(await verdict(await request('/preview/nobody.jpg?sig=x'))).toEqual(invalid);
		expect(await verdict(await request('/preview/nobody.jpg?nonsense=1'))).toEqual(invalid);
	});
});

describe('a grant', () => {
	const grant = async (prefix: string, parameters = {}): Promise<string> =>
		(await sign('/preview/any.jpg', { prefix, ...parameters })).split('?')[1] ?? '';

	test('is good for all streams of its prefix, in its shape', async () => {
		const query = await grant('stream-', { width: '160' });
		const { name } = await publish();
		const response = await request(`/preview/${name}.jpg?${query}`);
		expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ width: 160 })]);
		expect((await request(`${path}?${query}`)).status).toBe(200);
		expect(await verdict(await request(`/preview/other.jpg?${query}`))).toEqual(invalid);
		expect(await verdict(await request(`/preview/x/${name}.jpg?${query}`))).toEqual(invalid);
		expect(await verdict(await request(`/preview/${name}.png?${query}`))).toEqual(invalid);
		expect(await verdict(await request(`${path}?${query.replace('width=160', 'width=1600')}`))).toEqual(invalid);
		expect(await verdict(await request(`${path}?${query.replace('prefix=stream-', 'prefix=')}`))).toEqual(invalid);
		expect(await verdict(await request(`${path}?${query.replace('&prefix=stream-', '')}`))).toEqual(invalid);
	});

	test('of nothing is good for everything', async () => {
		expect((await request(`${path}?${await grant('')}`)).status).toBe(200);
	});
});

test('keys that make no sense let nobody in', async () => {
	expect(readConfig({}).previewKeys).toBeNull();
	expect(readConfig({ PREVIEW_KEYS: ' ' }).previewKeys).toBeNull();
	for (const PREVIEW_KEYS of ['secret', 'k1:short', ':'.repeat(40), `bad id:${secrets.k1}`])
		expect(readConfig({ PREVIEW_KEYS }).previewKeys?.size).toBe(0);
	const two = readConfig({ PREVIEW_KEYS: `k1:${secrets.k1}, k2:${secrets.k2}` }).previewKeys;
	expect(Object.fromEntries(two ?? [])).toEqual(secrets);
	const closed = startApp({ previewKeys: new Map() });
	expect(await verdict(await closed.request(url))).toEqual(invalid);
});
