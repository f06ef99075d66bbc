/** What Vitest's JSON reporter says, in numbers. */
import { readFileSync } from 'node:fs';

export interface TestCounts {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}

interface VitestReport {
	readonly numPassedTests: number;
	readonly numFailedTests: number;
	readonly numPendingTests: number;
	readonly numTodoTests: number;
	readonly testResults: readonly {
		readonly status: string;
		readonly assertionResults: readonly { readonly status: string }[];
	}[];
}

/** Counts tests. A file that failed as a whole, before or after its tests, counts as one failed test more. */
export const countTests = (file: string): TestCounts => {
	const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
	const brokenFiles = report.testResults.filter(
		({ status, assertionResults }) =>
			status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
	).length;
	return {
		passed: report.numPassedTests,
		failed: report.numFailedTests + brokenFiles,
		skipped: report.numPendingTests + report.numTodoTests,
	};
};
