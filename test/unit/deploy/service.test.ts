/** The systemd unit, judged by systemd. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../ingest-node/config.ts';
import { storeTime } from '../../../ingest-node/shutdown.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const unit = readFileSync(`${root}deploy/livestill-ingest.service`, 'utf8');
const values = (key: string): string[] =>
	[...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
const environment = Object.fromEntries(
	values('Environment').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);

// Where the programs of this machine are.
const folder = mkdtempSync(join(tmpdir(), 'livestill-unit-'));
const file = join(folder, 'livestill-ingest.service');
writeFileSync(file, unit.replaceAll('/opt/livestill', root).replace('/usr/bin/node', process.execPath));
afterAll(() => rmSync(folder, { recursive: true }));

const analyze = (...args: string[]) => {
	const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
	return { status, text: stdout + stderr };
};
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('deploy/livestill-ingest.service', () => {
	it('gives the node the time that it takes to end', () => {
		const { drainTime } = readConfig({ STORE_DIR: '/somewhere', DRAIN_TIME: environment.DRAIN_TIME });
		expect(drainTime).toBeGreaterThan(0);
		// Half of ten seconds for what else a process does.
		expect(Number(values('TimeoutStopSec')[0]) * 1000).toBeGreaterThanOrEqual(drainTime + storeTime + 5000);
	});

	it('starts what npm run ingest starts, in production mode', () => {
		const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
		expect(values('ExecStart')).toEqual([`/usr/bin/${scripts.ingest}`]);
		expect(environment).toMatchObject({ NODE_ENV: 'production', PRODUCTION: 'true' });
	});

	it.skipIf(!hasSystemd)('is understood by systemd, all of it', () => {
		const { status, text } = analyze('verify', file);
		expect(text.split('\n').filter((line) => line.includes('livestill-ingest'))).toEqual([]);
		expect(status).toBe(0);
	});

	it.skipIf(!hasSystemd)('leaves the node few rights', () => {
		// Tenths of systemd's scale, on which 10 is "unsafe"; what is left is the network, and a compiler's memory.
		const { status, text } = analyze('security', '--offline=true', '--threshold=15', file);
		expect(text).toContain('livestill-ingest.service');
		expect(status).toBe(0);
	});
});
