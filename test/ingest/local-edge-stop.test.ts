/** In a process of its own: what fails here is that it never ends. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../support/stop-edge-while-writing.ts', import.meta.url));

it('stops while objects are being written, and those that are on their way fail', async () => {
	const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 25_000, killSignal: 'SIGKILL' });
	const outcomes = JSON.parse(stdout) as string[];
	expect(new Set(outcomes)).toEqual(new Set(['fulfilled', 'rejected']));
});
