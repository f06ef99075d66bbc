/** The size of the Worker as Cloudflare counts it: everything that a deployment uploads, gzipped. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { root, runs, tool } from './run.ts';

/** Bytes after gzip: the limit of the free plan, below which a Worker also starts fastest. */
const limit = 3 * 1024 * 1024;

const output = `${root}node_modules/.cache/bundle`;

/** Bundles the Worker without deploying it, offline, and compares its size with the limit. */
export const checkBundleSize = (): boolean => {
	rmSync(output, { recursive: true, force: true });
	const environment = { WRANGLER_SEND_METRICS: 'false', CI: 'true' };
	if (!runs(tool('wrangler'), ['deploy', '--dry-run', '--outdir', output], environment)) return false;
	const names = readdirSync(output).filter((name) => !/\.(map|md)$/.test(name));
	const bytes = names.reduce((sum, name) => sum + gzipSync(readFileSync(`${output}/${name}`)).length, 0);
	console.log(`bundle: ${(bytes / 1024).toFixed(1)} KiB gzip, at most ${limit / 1024} KiB`);
	return names.length > 0 && bytes <= limit;
};
