import { readFileSync } from 'node:fs';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

// Workers have no file system.
const keyframe = readFileSync('test/fixtures/h264/x264/size-318x214.264');
const otherKeyframes = ['hevc/x265/odd-444.265', 'vp8/odd.vp8', 'vp9/odd.vp9', 'av1/odd.av1', 'jpeg/420-odd.jpg'].map(
	(path) => ({
		codec: path.split('/')[0],
		body: readFileSync(`test/fixtures/${path}`).toString('base64'),
	}),
);

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'node',
					include: ['test/{unit,ingest,conformance,contract,fuzz,fault}/**/*.test.ts'],
					testTimeout: 30_000,
				},
			},
			{
				// The whole stack with real peers: one file at a time, when the others have left the processors free.
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts'],
					testTimeout: 60_000,
					hookTimeout: 60_000,
					fileParallelism: false,
					sequence: { groupOrder: 1 },
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
