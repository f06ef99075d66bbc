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

/** A keyframe of a test picture, under the noise of a camera at night. */
const encode = (path: string, size: string, source = 'testsrc2', pixelFormat = 'yuv420p'): void => {
	const graph = `${source}=s=${size},noise=alls=6:all_seed=1,format=${pixelFormat}`;
	const args = ['-v', 'error', '-f', 'lavfi', '-i', graph, '-frames:v', '1', '-c:v', 'libx264'];
	const { status, stderr } = spawnSync('ffmpeg', [...args, '-preset', 'ultrafast', '-crf', '28', '-f', 'h264', path]);
	if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
};

describe.skipIf(isMissing('ffmpeg'))('the memory of a snapshot', () => {
	let folder = '';
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'livestill-memory-'));
		encode(join(folder, '4k.264'), '4096x2304');
		encode(join(folder, '4k-10.264'), '4096x2304', 'testsrc2', 'yuv422p10le');
		encode(join(folder, '8k.264'), '7680x4320', 'color');
	}, 120_000);
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	/** Live megabytes by step of the edge's code, in a process of its own. */
	const measure = (file: string, ...width: string[]): Record<string, number> => {
		const args = ['--expose-gc', probe, join(folder, file), ...width];
		const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
		expect(stdout, stderr).toContain('megabytes');
		return (JSON.parse(stdout) as { megabytes: Record<string, number> }).megabytes;
	};

	// Planes, RGBA and two copies of the PNG; the rest of 128 MB is for the program and its compiled modules.
	test.each([
		['4k.264', 110],
		['4k-10.264', 115],
	])('%s: less than %d MB at every step', (file, most) => {
		const megabytes = measure(file);
		expect(megabytes.decode).toBeGreaterThan(14);
		for (const [step, live] of Object.entries(megabytes)) expect(live, step).toBeLessThan(most);
	});

	test('a preview of 4K, 320 wide, never has RGBA of 4K', () => {
		for (const live of Object.values(measure('4k.264', '320'))) expect(live).toBeLessThan(25);
	});

	test.each(['animation', 'sprite'])('of many keyframes of 4K, made one %s, is that of one of them', (kind) => {
		const script = fileURLToPath(new URL('support/sequence-memory.mjs', import.meta.url));
		const args = ['--expose-gc', script, join(folder, '4k.264'), '4096', '2304', kind];
		const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
		expect(stdout, stderr).toContain('megabytes');
		const { megabytes, frames } = JSON.parse(stdout) as { megabytes: number; frames: number };
		expect(frames).toBeGreaterThan(1);
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
