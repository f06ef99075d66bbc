import { defineConfig } from 'vitest/config';

/** `npm run fault`: everything that breaks, also what takes minutes. `npm test` has those of seconds. */
export default defineConfig({
	test: {
		include: ['test/fault/**/*.{test,long}.ts'],
		testTimeout: 120_000,
		hookTimeout: 90_000,
		fileParallelism: false,
	},
});
