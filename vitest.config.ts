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
		],
	},
});
