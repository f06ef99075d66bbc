/**
 * `npm test`, the one door: peers, checks, all tests, and a summary. Arguments go to Vitest, for instance a part of a file
 * name. Writes `test/output/summary.json` for `.ci/run`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { runChecks } from './checks.ts';
import { preparePeers } from './peers.ts';
import { root, runs, tool } from './run.ts';
import { countTests, type TestCounts } from './vitest-result.ts';

const output = `${root}test/output`;
const report = `${output}/vitest.json`;

const runTests = (): { counts: TestCounts; isGood: boolean } => {
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
	const isGood = runs(tool('vitest'), ['run', ...reporters, ...process.argv.slice(2)]);
	try {
		return { counts: countTests(report), isGood };
	} catch (error) {
		console.error(`no test report: ${error instanceof Error ? error.message : error}`);
		return { counts: { passed: 0, failed: 0, skipped: 0 }, isGood: false };
	}
};

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const failures: string[] = [];
// Side by side: one waits for the network, the other computes.
const peers = preparePeers(`${output}/peers.log`);
failures.push(...runChecks());
if (!(await peers)) failures.push('peers');
const { counts, isGood } = runTests();
// An error outside of any test fails the run without failing a test.
if (!isGood && counts.failed === 0) failures.push('test run');

const { passed, skipped } = counts;
const failed = counts.failed + failures.length;
writeFileSync(`${output}/summary.json`, JSON.stringify({ passed, failed, skipped }));
if (failures.length > 0) console.error(`failed besides tests: ${failures.join(', ')}`);
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
