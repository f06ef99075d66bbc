import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

// Vitest's own default, one less, is a single file at a time on a machine with two processors, and most tests wait for
// something half of their time.
const maxWorkers = availableParallelism();

// Workers have no file system.
const keyframe = readFileSync('test/fixtures/h264/x264/size-318x214.264');
const otherKeyframes = ['hevc/x265/odd-444.265', 'vp8/odd.vp8', 'vp9/odd.vp9', 'av1/odd.av1', 'jpeg/420-odd.jpg'].map(
	(path) => ({
		codec: path.split('/')[0],
		body: readFileSync(`test/fixtures/${path}`).toString('base64'),
	}),
);

// For the workers and all that they start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/livestill/compiled');

/** End-to-end tests that judge times of a second or less: nothing else runs beside them. */
const timed = ['fresh', 'lifecycle', 'lossy-network', 'rtmp-play', 'rtsp-player', 'shutter-lag'].map(
	(name) => `test/e2e/${name}.test.ts`,
);
const endToEnd = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
	test: {
		maxWorkers,
		projects: [
			{
				// Long and all computing. Projects begin in the order of their names: what is long had better not begin last.
				test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 30_000 },
			},
			{
				test: {
					name: 'node',
					include: ['test/{unit,ingest,conformance,contract,fault}/**/*.test.ts'],
					testTimeout: 30_000,
				},
			},
			{
				// The whole stack with real peers, when the others have left the processors free.
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts'],
					exclude: timed,
					...endToEnd,
					sequence: { groupOrder: 1 },
				},
			},
			{
				test: {
					name: 'e2e-timed',
					include: timed,
					...endToEnd,
					fileParallelism: false,
					sequence: { groupOrder: 2 },
				},
			},
			{
				// Inside workerd, with the bindings of wrangler.toml simulated.
				plugins: [
					cloudflareTest({
						wrangler: { configPath: './wrangler.toml' },
						miniflare: {
							ratelimits: { TEST_LIMITER: { namespace_id: '1', simple: { limit: 3, period: 60 } } },
							bindings: {
								PRODUCTION: '',
								TEST_KEYFRAME: keyframe.toString('base64'),
								TEST_OTHER_KEYFRAMES: JSON.stringify(otherKeyframes),
							},
						},
					}),
				],
				test: {
					name: 'edge',
					include: ['test/edge/**/*.test.ts'],
					testTimeout: 30_000,
					globalSetup: './test/support/scripted-node.ts',
				},
			},
		],
	},
});
