import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'node',
					include: ['test/{unit,ingest,conformance,contract,fuzz,e2e}/**/*.test.ts'],
					testTimeout: 30_000,
				},
			},
			{
				// Inside workerd, with the bindings of wrangler.toml simulated.
				plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
				test: { name: 'edge', include: ['test/edge/**/*.test.ts'] },
			},
		],
	},
});
