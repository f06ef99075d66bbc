/** Everything that can be said about the code without running its tests. Needs no network and no peer. */
import { checkBundleSize } from './bundle-size.ts';
import { checkDocuments } from './documents.ts';
import { runs, tool } from './run.ts';

const checks = [
	{ name: 'format and lint', run: () => runs(tool('biome'), ['check', '--error-on-warnings', '.']) },
	{ name: 'types', run: () => runs(tool('tsc'), ['--build']) },
	{ name: 'unused', run: () => runs(tool('knip'), []) },
	{ name: 'documents', run: checkDocuments },
	{ name: 'bundle size', run: checkBundleSize },
] as const;

/** Runs all checks, also after one has failed. Returns the names of the failed ones. */
export const runChecks = (): string[] => {
	const failed: string[] = [];
	for (const { name, run } of checks) {
		const since = performance.now();
		const isGood = run();
		const seconds = ((performance.now() - since) / 1000).toFixed(1);
		console.log(`${isGood ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
		if (!isGood) failed.push(name);
	}
	return failed;
};
