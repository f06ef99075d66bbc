/** `npm run check`: the part of `npm test` that takes seconds. */
import { runChecks } from './checks.ts';

const failed = runChecks();
if (failed.length > 0) {
	console.error(`failed: ${failed.join(', ')}`);
	process.exitCode = 1;
}
