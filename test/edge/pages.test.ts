import { beforeEach, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../src/http/openapi.ts';
import type { Subtle } from '../../src/shared/control/key.ts';
import { signQuery } from '../../src/shared/preview/sign.ts';
import { startApp, verdict } from './support/app.ts';
import { clearBucket, keep, keyframeInfo, publish, publishWithoutKeyframe, put, unpublish } from './support/store.ts';

beforeEach(clearBucket);

const text = async (response: Response, status = 200): Promise<string> => {
	expect([response.status, response.headers.get('Content-Type')]).toEqual([status, 'text/html; charset=UTF-8']);
	expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
	return response.text();
};

describe('the wall', () => {
	test('is complete without a script: every live stream with its picture', async () => {
		const { name } = await publish({ protocol: 'webrtc' });
		await publishWithoutKeyframe();
		const ended = await publish();
		await unpublish(ended.name, ended.info);
		const page = await text(await startApp().request('/'));
		expect(page.match(/<img src="\/preview\//g)).toHaveLength(1);
		expect(page).toContain(`<img src="/preview/${name}.jpg?height=270&amp;width=480"`);
		expect(page).toContain(`alt="Live picture of ${name}"`);
		expect(page).toMatch(/WebRTC.*1 live stream|1 live stream.*WebRTC/s);
		expect(page).toContain('<noscript><meta http-equiv="refresh" content="10"></noscript>');
		// Pictures that the page asks for exist.
		const [, src = ''] = /<img src="([^"]+)"/.exec(page) ?? [];
		expect((await startApp().request(src.replaceAll('&amp;', '&'))).status).toBe(200);
	});

	test('says when nothing is live', async () => {
		expect(await text(await startApp().request('/'))).toContain('Nothing is live');
	});

	test('escapes names, in pages and in addresses', async () => {
		const name = `<script>"&'/ü` as Parameters<typeof put>[0];
		await put(name, { info: keyframeInfo(), body: Uint8Array.of(1) });
		const { request } = startApp();
		for (const path of ['/', "/streams/%3Cscript%3E%22%26'/%C3%BC"]) {
			const page = await text(await request(path));
			expect(page).not.toContain('<script>"');
			expect(page).toContain('/preview/%3Cscript%3E%22%26');
		}
	});

	test('lists the streams for its script, and asks the store once in two seconds', async () => {
		const { name, info } = await publish({ protocol: 'rtsp' });
		let now = Date.now();
		let lists = 0;
		const { request } = startApp({ clock: { now: () => now, sleep: async () => {} }, onList: () => (lists += 1) });
		const list = async () => (await (await request('/pages/streams.json')).json()) as { name: string }[];
		expect(await list()).toEqual([
			{
				...{ name, protocol: 'RTSP', capturedAt: info.capturedAt, interval: 2000, page: `/streams/${name}` },
				preview: `/preview/${name}.jpg?height=270&width=480`,
			},
		]);
		await list();
		expect(lists).toBe(1);
		await unpublish(name, info);
		now += 2000;
		expect([await list(), lists]).toEqual([[], 2]);
	});
});

describe('the page of a stream', () => {
	test('has facts, addresses and code', async () => {
		const { name, info } = await publish({ width: 1280, height: 720 });
		const page = await text(await startApp().request(`/streams/${name}`));
		for (const fact of [
			'RTMP',
			'H264',
			'1280 × 720',
			info.session,
			`http://livestill.test/preview/${name}.webp`,
			'curl -s -d',
		])
			expect(page).toContain(fact);
	});

	test('of no live stream is 404', async () => {
		expect(await text(await startApp().request('/streams/nobody'), 404)).toContain('no live stream');
		expect(await verdict(await startApp().request('/streams/a%2f..'))).toEqual({
			status: 400,
			code: 'INVALID_STREAM_NAME',
		});
	});
});

test('where pictures are signed, pages need a grant', async () => {
	const secret = 's'.repeat(32);
	const { request } = startApp({ previewKeys: new Map([['k', secret]]) });
	const { name } = await publish();
	const refused = { status: 403, code: 'SIGNATURE_INVALID' };
	for (const path of ['/', `/streams/${name}`, '/pages/streams.json', '/?prefix=', '/?prefix=&sig=x'])
		expect(await verdict(await request(path))).toEqual(refused);
	const exp = String(Math.floor(Date.now() / 1000) + 60);
	const query = await signQuery(
		{ pathname: '', format: 'jpg', parameters: { exp, prefix: 'stream-', width: '320' } },
		{ id: 'k', secret },
		crypto.subtle as unknown as Subtle,
		(bytes) => bytes.toBase64({ alphabet: 'base64url', omitPadding: true }),
	);
	const page = await text(await request(`/?${query}`));
	const [, src = ''] = /<img src="([^"]+)"/.exec(page) ?? [];
	expect((await request(src.replaceAll('&amp;', '&'))).status).toBe(200);
	expect(await text(await request(`/streams/${name}?${query}`))).not.toContain('.webp');
	await put('other' as Parameters<typeof put>[0], { info: keyframeInfo(), body: Uint8Array.of(1) });
	expect(await text(await request(`/?${query}`))).not.toContain('/preview/other');
	expect(await verdict(await request(`/streams/other?${query}`))).toEqual(refused);
});

test('files of the pages', async () => {
	const { request } = startApp();
	const style = await request('/pages/style.css');
	expect([style.status, style.headers.get('Content-Type')]).toEqual([200, 'text/css; charset=utf-8']);
	expect(await style.text()).toContain('.wall {');
	const script = await request('/pages/browser.js');
	expect(script.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
	expect(await script.text()).toContain('const watchWall = async');
	for (const path of ['/pages/', '/pages/other.js', '/pages/__proto__'])
		expect(await verdict(await request(path))).toEqual({ status: 404, code: 'NOT_FOUND' });
});

test('the page of a stream of which keyframes are kept shows how to get at them', async () => {
	const { request } = startApp();
	const { name: without } = await publish();
	expect(await text(await request(`/streams/${without}`))).not.toContain('storyboard');
	const { name } = await publish({ history: { interval: 10_000, retention: 86_400_000 } });
	const page = await text(await request(`/streams/${name}`));
	for (const part of [
		'one every 10 s, for 1 d',
		`/preview/${name}.apng`,
		`/preview/${name}/storyboard.vtt`,
		`${name}.jpg?time=`,
	])
		expect(page).toContain(part);
});

describe('the API', () => {
	test('is described by OpenAPI, which names every path that there is', async () => {
		const { request } = startApp();
		const document = (await (await request('/openapi.json')).json()) as ReturnType<typeof openApiDocument>;
		expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument('http://livestill.test'))));
		const { name, info } = await publish();
		for (const age of [20_000, 40_000]) await keep(name, { capturedAt: Date.now() - age });
		const values = { streamName: name, format: 'jpg', keyframe: `${info.session}-1` };
		for (const [path, methods] of Object.entries(document.paths))
			for (const method of Object.keys(methods)) {
				const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: keyof typeof values) => values[key]);
				const init = method === 'post' ? { method, body: JSON.stringify({ streamName: name }) } : { method };
				expect([path, method, (await request(filled, init)).status]).toEqual([path, method, 200]);
			}
	});

	test('can be read', async () => {
		const page = await text(await startApp().request('/api'));
		for (const part of ['POST /rest-api/stream/snapshot', 'max_age', 'SIGNATURE_EXPIRED', '0 to 4096'])
			expect(page).toContain(part);
	});
});
