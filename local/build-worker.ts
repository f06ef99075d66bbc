/** Bundles the Worker exactly as a deployment would: with wrangler, which uploads nothing in a dry run. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A file of the bundle, in Miniflare's words. */
interface WorkerModule {
	readonly type: 'ESModule' | 'CompiledWasm';
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

/** The value of a key that stands alone on its line; all that is needed of TOML here. */
const setting = (toml: string, key: string): unknown => {
	const value = new RegExp(`^${key} = (.+)$`, 'm').exec(toml)?.[1];
	if (value === undefined) throw new Error(`wrangler.toml has no ${key}`);
	return JSON.parse(value);
};

/** @throws Error with wrangler's output when the Worker does not build */
export const buildWorker = async (folder: string): Promise<WorkerBundle> => {
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
	const toml = await readFile(join(root, 'wrangler.toml'), 'utf8');
	const wasm = (await readdir(folder)).filter((file) => file.endsWith('.wasm'));
	return {
		folder,
		modules: [
			{ type: 'ESModule', path: join(folder, 'index.js') },
			...wasm.map((file) => ({ type: 'CompiledWasm' as const, path: join(folder, file) })),
		],
		compatibilityDate: setting(toml, 'compatibility_date') as string,
		compatibilityFlags: setting(toml, 'compatibility_flags') as string[],
		bucketName: setting(toml, 'bucket_name') as string,
	};
};
