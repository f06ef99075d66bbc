/** Options that a command has no use for are mistakes: exit code 2, before anything is done. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const command = fileURLToPath(new URL('../../cli/livestill.ts', import.meta.url));

const livestill = (...args: string[]) => {
	// A port that nobody listens on: what is asked for all the same fails otherwise (6).
	const env = { ...process.env, LIVESTILL_URL: 'http://127.0.0.1:9' };
	const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', env });
	return { status, stdout, stderr };
};

test.each([
	['token', 'shop', '--width', '320'],
	['token', 'shop', '--placeholder'],
	['streams', '--time', '1'],
	['streams', '--frames', '3'],
])('%s %s %s', (...args) => {
	const { status, stdout, stderr } = livestill(...args);
	expect([status, stdout]).toEqual([2, '']);
	expect(stderr).toContain('Unknown option');
});

test('and those that it has are none', () => {
	expect(livestill('streams', '--json').status).toBe(6);
	expect(livestill('snapshot', 'a', '--width', '320', '-o', '-').status).toBe(6);
	expect(livestill('sign', 'a', '--frames', '3', '--format', 'apng', '--key', `k:${'x'.repeat(32)}`).stdout).toContain(
		'frames=3',
	);
});
