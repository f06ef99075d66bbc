/** `livestill decode` as an operator runs it: a process, its JSON line, its exit code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManifest } from '../support/conformance-manifest.ts';
import { readKeyframes } from '../support/keyframe-manifest.ts';
import { md5 } from '../support/planes.ts';

const command = fileURLToPath(new URL('../../cli/livestill.ts', import.meta.url));
const fixture = (path: string): string => fileURLToPath(new URL(`../fixtures/h264/${path}`, import.meta.url));

let folder = '';
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'livestill-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const livestill = (...args: string[]) => {
	const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
	return { status, stdout, stderr };
};

describe('livestill decode', () => {
	test('a whole picture: its facts, the planes, a PNG, exit code 0', () => {
		const entry = readManifest('h264/x264').find(({ file }) => file === 'profile-high.264');
		const yuv = join(folder, 'out.yuv');
		const png = join(folder, 'out.png');
		const { status, stdout } = livestill('decode', fixture('x264/profile-high.264'), '--yuv', yuv, '--png', png);
		expect(status).toBe(0);
		expect(stdout.trim().split('\n')).toHaveLength(1);
		expect(JSON.parse(stdout)).toEqual({
			codec: 'h264',
			profile: 'High',
			level: '1.1',
			width: 176,
			height: 144,
			chromaFormat: '4:2:0',
			bitDepthLuma: 8,
			bitDepthChroma: 8,
			pictureStructure: 'frame',
			picture: 0,
			intraPictures: entry?.pictures.length,
			decodedMacroblocks: 99,
			totalMacroblocks: 99,
			md5: entry?.pictures[0]?.md5_all,
		});
		expect(md5(readFileSync(yuv))).toBe(entry?.pictures[0]?.md5_all);
		expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');
	});

	test('--picture chooses among the intra pictures', () => {
		const entry = readManifest('h264/x264').find(({ file }) => file === 'open-gop.264');
		for (const [index, picture] of (entry?.pictures ?? []).entries()) {
			const { stdout } = livestill('decode', fixture('x264/open-gop.264'), '--picture', String(index));
			expect(JSON.parse(stdout)).toMatchObject({ picture: index, md5: picture.md5_all });
		}
		const { status, stdout } = livestill('decode', fixture('x264/open-gop.264'), '--picture', '99');
		expect(status).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NO_KEYFRAME' } });
	});

	test('a damaged picture: how much of it there is, exit code 1, no planes', () => {
		const cut = join(folder, 'cut.264');
		const yuv = join(folder, 'cut.yuv');
		writeFileSync(cut, readFileSync(fixture('x264/profile-high.264')).subarray(0, 3000));
		const { status, stdout } = livestill('decode', cut, '--yuv', yuv);
		expect(status).toBe(1);
		const facts = JSON.parse(stdout);
		expect(facts).toMatchObject({ totalMacroblocks: 99, error: { code: 'FRAME_DAMAGED' } });
		expect(facts.decodedMacroblocks).toBeGreaterThan(0);
		expect(facts.decodedMacroblocks).toBeLessThan(99);
		expect(facts.md5).toBeUndefined();
		expect(() => readFileSync(yuv)).toThrow();
	});

	test('samples of more than 8 bits, in 4:2:2: 16-bit planes', () => {
		const entry = readManifest('h264/x264').find(({ file }) => file === 'yuv422p10-cabac.264');
		const yuv = join(folder, 'wide.yuv');
		const { status, stdout } = livestill('decode', fixture('x264/yuv422p10-cabac.264'), '--yuv', yuv);
		expect(status).toBe(0);
		const facts = { profile: 'High 4:2:2 Intra', chromaFormat: '4:2:2', bitDepthLuma: 10, bitDepthChroma: 10 };
		expect(JSON.parse(stdout)).toMatchObject({ ...facts, md5: entry?.pictures[0]?.md5_all });
		expect(readFileSync(yuv)).toHaveLength(96 * 80 * 2 * 2);
	});

	test('what is not decoded is named', () => {
		const partitioned = join(folder, 'partitioned.264');
		const stream = readFileSync(fixture('x264/profile-baseline.264'));
		// Its slices become data partitions A.
		for (let at = 0; at + 3 < stream.length; at++)
			if (stream.readUIntBE(at, 3) === 1 && ((stream[at + 3] ?? 0) & 31) === 5) stream[at + 3] = 0x62;
		writeFileSync(partitioned, stream);
		const { status, stdout } = livestill('decode', partitioned);
		expect(status).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'UNSUPPORTED_FEATURE' } });
		expect(stdout).toContain('data partitioning');
	});

	test.each(['vp8', 'vp9', 'av1', 'jpeg'] as const)('a keyframe of %s, recognised by its bytes', (codec) => {
		const keyframe = readKeyframes(codec).find(({ refusal }) => refusal === undefined);
		const { status, stdout } = livestill('decode', keyframe?.path ?? '');
		const { width, height, md5: hash } = keyframe ?? {};
		expect(JSON.parse(stdout)).toMatchObject({ codec, width, height, md5: hash });
		expect(stdout).not.toContain('acroblocks');
		expect(status).toBe(0);
		expect(livestill('decode', keyframe?.path ?? '', '--picture', '1').status).toBe(2);
	});

	test('bytes of no known codec', () => {
		const noise = join(folder, 'noise');
		writeFileSync(noise, Buffer.alloc(100, 7));
		const { status, stdout } = livestill('decode', noise);
		expect(status).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({ codec: null, error: { code: 'UNSUPPORTED_CODEC' } });
	});

	test.each([
		[['decode']],
		[['decode', 'a', 'b']],
		[['decode', '/nothing/there']],
		[['decode', '--picture', '-1', 'a']],
		[['decode', '--codec', 'theora', 'a']],
		[['decode', '--bogus']],
		[['bogus']],
		[[]],
	])('%j is a usage error: exit code 2 and the usage', (args) => {
		const { status, stdout, stderr } = livestill(...args);
		expect(status).toBe(2);
		expect(stdout + stderr).toContain('Usage: livestill');
	});

	test('help', () => {
		expect(livestill('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('decode FILE') });
	});
});
