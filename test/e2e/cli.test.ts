/** The command line as a user runs it, against the edge. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestEdge, type TestEdge } from './support/edge.ts';
import { until } from './support/rest.ts';
import { makeDataDir } from './support/stack.ts';

const key = `k1:${'s'.repeat(32)}`;
const keyframe = new Uint8Array(readFileSync('test/fixtures/h264/x264/size-318x214.264'));

let open: TestEdge;
let closed: TestEdge;
let folder: string;
beforeAll(async () => {
	[open, closed, folder] = await Promise.all([startTestEdge(), startTestEdge({ PREVIEW_KEYS: key }), makeDataDir()]);
});
afterAll(async () => {
	await open?.stop();
	await closed?.stop();
	rmSync(folder, { recursive: true, force: true });
});

interface Run {
	readonly code: number;
	readonly out: string;
	readonly error: string;
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> =>
	new Promise((resolve) => {
		const program = join(process.cwd(), 'cli/livestill.ts');
		const options = { cwd: folder, env: { PATH: process.env.PATH, LIVESTILL_URL: open.url, ...env } };
		execFile(process.execPath, [program, ...args], options, (error, out, text) =>
			resolve({ code: error === null ? 0 : Number(error.code), out, error: text }),
		);
	});

describe('livestill snapshot', () => {
	test('writes a picture', async () => {
		await open.publish('app/cam 1', keyframe);
		const { code, error } = await run(['snapshot', 'app/cam 1']);
		expect([code, error]).toEqual([
			0,
			expect.stringMatching(/^cam_1\.png: 318×214, [\d.]+ KB, captured [\d.]+ s ago\n$/),
		]);
		expect([...readFileSync(join(folder, 'cam_1.png')).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
		const small = await run(['snapshot', 'app/cam 1', '-o', 'small.jpg', '--width', '160', '--max-age', '60']);
		expect(small.error).toMatch(/^small\.jpg: 160×108, /);
		expect([...readFileSync(join(folder, 'small.jpg')).subarray(0, 2)]).toEqual([0xff, 0xd8]);
	});

	test('writes what was kept', async () => {
		const then = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
		for (const age of [0, 10_000, 20_000]) await open.keep('past', keyframe, { capturedAt: then + age });
		const time = new Date(then).toISOString();
		const picture = await run(['snapshot', 'past', '-o', 'then.jpg', '--time', time]);
		expect(picture.error).toMatch(/^then\.jpg: 318×214, .* captured [\d.]+ (min|m|s)/);
		const animation = await run([
			'snapshot',
			'past',
			'-o',
			'past.apng',
			'--from',
			time,
			'--frames',
			'3',
			'--width',
			'160',
		]);
		expect(animation.error).toMatch(/^past\.apng: 160×90, /);
		expect(readFileSync(join(folder, 'past.apng')).includes('acTL')).toBe(true);
		const wrong = await run(['snapshot', 'past', '--format', 'storyboard.vtt', '--fps', '3']);
		expect([wrong.code, wrong.error]).toEqual([2, expect.stringContaining('fps does not go with storyboards')]);
	});

	test.each([
		['a stream that is not there', ['snapshot', 'nobody'], 3, /STREAM_NOT_FOUND/],
		['an invalid width', ['snapshot', 'a', '--width', 'wide'], 2, /width is not a whole number/],
		['an unknown option', ['snapshot', 'a', '--colour'], 2, /colour/],
		['an unknown format', ['snapshot', 'a', '--format', 'gif'], 2, /--format takes png/],
		['an invalid name', ['snapshot', 'a/../b'], 2, /segment/],
		['no name', ['snapshot'], 2, /name is missing/],
		['an unknown command', ['photograph'], 2, /unknown command/],
		['a server that is not there', ['snapshot', 'a', '--server', 'http://127.0.0.1:9'], 6, /no answer from/],
	])('%s', async (_title, args, code, message) => {
		const ended = await run(args);
		expect([ended.code, ended.out]).toEqual([code, '']);
		expect(ended.error).toMatch(message);
	});

	test('a stream without a picture', async () => {
		await open.publish('damaged', keyframe.subarray(0, keyframe.length >> 1));
		expect(await run(['snapshot', 'damaged'])).toMatchObject({
			code: 5,
			error: expect.stringContaining('FRAME_DAMAGED'),
		});
	});
});

test('livestill streams lists what is live', async () => {
	await open.publish('listed', keyframe, { width: 318, height: 214 });
	expect((await run(['streams'])).out).toMatch(
		/^listed +rtmp +H264 +318×214 +live for [\d.]+ s +keyframe [\d.]+ s ago$/m,
	);
	const streams = JSON.parse((await run(['streams', '--json'])).out) as { name: string }[];
	expect(streams.map(({ name }) => name)).toContain('listed');
	expect(await run(['streams'], { LIVESTILL_URL: closed.url })).toEqual({
		code: 0,
		out: '',
		error: 'nothing is live\n',
	});
});

test('livestill watch writes each new picture until the stream ends', async () => {
	const info = await open.publish('watched', keyframe);
	const watching = run(['watch', 'watched', '-o', 'pictures', '--every', '0.2', '--width', '64']);
	const written = (count: number): Promise<number> =>
		until(`${count} pictures`, 20_000, async () => {
			const folderIsThere = existsSync(join(folder, 'pictures'));
			return folderIsThere && readdirSync(join(folder, 'pictures')).length === count;
		});
	await written(1);
	for (const sequence of [2, 3]) {
		await open.publish('watched', keyframe, { ...info, sequence, capturedAt: Date.now() });
		await written(sequence);
	}
	await open.unpublish('watched', info);
	const { code, out, error } = await watching;
	expect([code, out.trim().split('\n').length, error]).toEqual([0, 3, 'watched has ended after 3 pictures\n']);
	expect(readdirSync(join(folder, 'pictures')).length).toBe(3);
	expect((await run(['watch', 'watched'])).code).toBe(3);
});

test('livestill sign makes URLs and grants that open a closed edge', async () => {
	const env = { LIVESTILL_PREVIEW_KEY: key, LIVESTILL_URL: closed.url };
	await closed.publish('app/secret', keyframe);
	expect((await run(['snapshot', 'app/secret'], { LIVESTILL_URL: closed.url })).code).toBe(4);
	expect((await run(['snapshot', 'app/secret'], { ...env, LIVESTILL_PREVIEW_KEY: `k1:${'x'.repeat(32)}` })).code).toBe(
		4,
	);
	expect((await run(['snapshot', 'app/secret', '-o', 'secret.webp'], env)).code).toBe(0);
	const url = (await run(['sign', 'app/secret', '--width', '160', '--expires', '5m'], env)).out.trim();
	const response = await fetch(url);
	expect([response.status, response.headers.get('x-snapshot-width')]).toEqual([200, '160']);
	expect((await fetch(url.replace('width=160', 'width=320'))).status).toBe(403);
	const grant = (await run(['sign', '--prefix', 'app/', '--height', '90'], env)).out.trim();
	expect((await fetch(`${closed.url}/preview/app/secret.jpg?${grant}`)).status).toBe(200);
	expect((await run(['sign', 'a'], { LIVESTILL_URL: closed.url })).code).toBe(2);
	expect((await run(['sign', 'a', '--expires', 'soon'], env)).code).toBe(2);
});
