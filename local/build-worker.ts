/**
 * Bundles the Worker exactly as a deployment would: with wrangler, which uploads nothing in a dry run. A bundle is kept
 * until a source changes, because wrangler takes two seconds.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sourceStamp } from './source-stamp.ts';

/** A file of the bundle, in Miniflare's words. */
interface WorkerModule {
	readonly type: 'ESModule' | 'CompiledWasm' | 'Text';
	readonly path: string;
}

export interface WorkerBundle {
	readonly folder: string;
	/** `index.js`, then the WebAssembly that it imports. */
	readonly modules: readonly WorkerModule[];
	readonly compatibilityDate: string;
	readonly compatibilityFlags: readonly string[];
	readonly bucketName: string;
}

const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules/.cache/livestill');
const sources = ['src', 'wrangler.toml', 'package-lock.json'];

/** The value of a key that stands alone on its line; all that is needed of TOML here. */
const setting = (toml: string, key: string): unknown => {
	const value = new RegExp(`^${key} = (.+)$`, 'm').exec(toml)?.[1];
	if (value === undefined) throw new Error(`wrangler.toml has no ${key}`);
	return JSON.parse(value);
};

const runWrangler = async (folder: string): Promise<void> => {
	const wrangler = join(dirname(createRequire(import.meta.url).resolve('wrangler/package.json')), 'bin/wrangler.js');
	const args = [wrangler, 'deploy', '--dry-run', '--outdir', folder, '--config', join(root, 'wrangler.toml')];
	// No questions, no metrics, no banner (which asks the registry for news), and no files outside of the folder.
	const env = {
		...process.env,
		CI: 'true',
		WRANGLER_SEND_METRICS: 'false',
		WRANGLER_HIDE_BANNER: 'true',
		WRANGLER_LOG_PATH: join(folder, 'wrangler.log'),
		XDG_CONFIG_HOME: join(folder, 'config'),
		NO_COLOR: '1',
	};
	try {
		await promisify(execFile)(process.execPath, args, { cwd: root, env });
	} catch (error) {
		const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
		throw new Error(`The Worker does not build:\n${stdout}${stderr}`, { cause: error });
	}
};

const isThere = (path: string): Promise<boolean> =>
	access(path).then(
		() => true,
		() => false,
	);

/** The folder of a bundle of the sources as they are now. */
const bundleFolder = async (): Promise<string> => {
	const folder = join(cache, `worker-${await sourceStamp(root, sources)}`);
	if (await isThere(folder)) return folder;
	await mkdir(cache, { recursive: true });
	const building = await mkdtemp(join(cache, 'building-'));
	try {
		await runWrangler(building);
		// Fails when another process was faster; its bundle is as good.
		await rename(building, folder).catch(() => {});
	} finally {
		await rm(building, { recursive: true, force: true });
	}
	return folder;
};

/** @throws Error with wrangler's output when the Worker does not build */
export const buildWorker = async (): Promise<WorkerBundle> => {
	const folder = await bundleFolder();
	const toml = await readFile(join(root, 'wrangler.toml'), 'utf8');
	const files = await readdir(folder);
	const wasm = files.filter((file) => file.endsWith('.wasm'));
	// What wrangler keeps apart under its hash: files that browsers get.
	const texts = files.filter((file) => /^[0-9a-f]{40}-.+\.(css|js)$/.test(file));
	return {
		folder,
		modules: [
			{ type: 'ESModule', path: join(folder, 'index.js') },
			...wasm.map((file) => ({ type: 'CompiledWasm' as const, path: join(folder, file) })),
			...texts.map((file) => ({ type: 'Text' as const, path: join(folder, file) })),
		],
		compatibilityDate: setting(toml, 'compatibility_date') as string,
		compatibilityFlags: setting(toml, 'compatibility_flags') as string[],
		bucketName: setting(toml, 'bucket_name') as string,
	};
};
