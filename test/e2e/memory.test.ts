/** 4K in the 128 MB of an isolate, 8K refused. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestEdge, type TestEdge } from './support/edge.ts';
import { isMissing } from './support/peers.ts';

const probe = fileURLToPath(new URL('support/snapshot-memory.mjs', import.meta.url));

/** The noise of a camera at night. */
const noise = 'noise=alls=6:all_seed=1';
/** What repeats itself, so that a search pays. */
const pattern = "geq=lum='mod(X\\,37)*5+mod(Y\\,11)*3':cb='100+mod(X\\,41)':cr='100+mod(Y\\,53)'";

/** A keyframe of a test picture. */
const encode = (path: string, source: string, filter: string, pixelFormat = 'yuv420p'): void => {
	const graph = `${source},${filter},format=${pixelFormat}`;
	const args = ['-v', 'error', '-f', 'lavfi', '-i', graph, '-frames:v', '1', '-c:v', 'libx264'];
	const { status, stderr } = spawnSync('ffmpeg', [...args, '-preset', 'ultrafast', '-crf', '28', '-f', 'h264', path]);
	if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
};

describe.skipIf(isMissing('ffmpeg'))('the memory of a snapshot', () => {
	let folder = '';
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'livestill-memory-'));
		encode(join(folder, '4k.264'), 'testsrc2=s=4096x2304', noise);
		encode(join(folder, '4k-10.264'), 'testsrc2=s=4096x2304', noise, 'yuv422p10le');
		encode(join(folder, '4k-pattern.264'), 'color=s=4096x2304', pattern);
		encode(join(folder, '8k.264'), 'color=s=7680x4320', noise);
	}, 120_000);
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	/** Live megabytes by step of the edge's code, in a process of its own; and the size of the PNG. */
	const measure = (file: string, options: object = {}): { megabytes: Record<string, number>; bytes: number } => {
		const args = ['--expose-gc', probe, join(folder, file), JSON.stringify(options)];
		const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
		expect(stdout, stderr).toContain('megabytes');
		return JSON.parse(stdout) as { megabytes: Record<string, number>; bytes: number };
	};

	// Planes, one or two copies of the PNG and the answer; RGBA, 38 MB, only of what is turned. The rest of 128 MB is for the program and its
	// compiled modules.
	test.each([
		['4k.264', {}, 50],
		['4k-10.264', {}, 80],
		['4k.264', { rotation: 90 }, 90],
		['4k-10.264', { rotation: 90 }, 115],
		['4k-pattern.264', {}, 70],
		['4k-pattern.264', { rotation: 90 }, 115],
	])('%s, %j: less than %d MB at every step', (file, options, most) => {
		const { megabytes, bytes } = measure(file, options);
		expect(megabytes.decode).toBeGreaterThan(14);
		// Where a search pays it is zlib that deflates.
		const steps = ['decode', 'convert', file === '4k-pattern.264' ? 'search' : 'deflate', 'encode', 'answer'];
		expect(Object.keys(megabytes)).toEqual(steps);
		expect(bytes).toBeGreaterThan(3_000_000);
		// Scanlines of 28 MB take the place of RGBA where there is one.
		expect(megabytes.search ?? 0).toBeLessThan(75);
		for (const [step, live] of Object.entries(megabytes)) expect(live, step).toBeLessThan(most);
	});

	test('a preview of 4K, 320 wide, never has RGBA of 4K', () => {
		const { megabytes, bytes } = measure('4k.264', { width: 320 });
		expect(bytes).toBeGreaterThan(20_000);
		for (const live of Object.values(megabytes)) expect(live).toBeLessThan(25);
	});

	test.each(['animation', 'sprite'])('of many keyframes of 4K, made one %s, is that of one of them', (kind) => {
		const script = fileURLToPath(new URL('support/sequence-memory.mjs', import.meta.url));
		const args = ['--expose-gc', script, join(folder, '4k.264'), '4096', '2304', kind];
		const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
		expect(stdout, stderr).toContain('megabytes');
		const { megabytes, frames, bytes } = JSON.parse(stdout) as { megabytes: number; frames: number; bytes: number };
		expect(frames).toBeGreaterThan(1);
		expect(bytes).toBeGreaterThan(50_000);
		expect(megabytes).toBeLessThan(60);
	});

	describe('in workerd', () => {
		let edge: TestEdge;
		beforeAll(async () => {
			edge = await startTestEdge();
		}, 60_000);
		afterAll(() => edge.stop());

		const snapshot = async (file: string, name: string): Promise<Response> => {
			await edge.publish(name, new Uint8Array(readFileSync(join(folder, file))));
			const body = JSON.stringify({ streamName: name });
			return fetch(`${edge.url}/rest-api/stream/snapshot`, { method: 'POST', body });
		};

		test('4K is a picture', async () => {
			const response = await snapshot('4k.264', '4k');
			expect(response.status).toBe(200);
			expect(await response.json()).toMatchObject({ width: 4096, height: 2304 });
		}, 60_000);

		test('8K is refused, and says so', async () => {
			const response = await snapshot('8k.264', '8k');
			expect(response.status).toBe(500);
			const { error } = (await response.json()) as { error: { code: string; message: string } };
			expect(error.code).toBe('FRAME_TOO_LARGE');
			expect(error.message).toContain('7680 × 4320');
		}, 60_000);
	});
});
