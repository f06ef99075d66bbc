/** The Worker of `bench/worker` in a workerd of its own. */
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { childrenNamed, processorTime } from './processor-time.ts';

const folder = fileURLToPath(new URL('../node_modules/.cache/bench-worker/', import.meta.url));
const config = fileURLToPath(new URL('worker/wrangler.toml', import.meta.url));
const wrangler = fileURLToPath(new URL('../node_modules/.bin/wrangler', import.meta.url));

/** Bundles the Worker as it would be deployed. Once per run, before the first {@link startBenchWorker}. */
export const buildBenchWorker = (): void => {
	rmSync(folder, { recursive: true, force: true });
	const env = { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' };
	execFileSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', folder, '--config', config], {
		stdio: 'pipe',
		env,
	});
};

export interface Timing {
	/** Wall milliseconds per run, measured in the Worker. */
	readonly wall: number;
	/** Processor milliseconds per run of the whole workerd process, all threads. */
	readonly cpu: number;
	/** Bytes of the result. */
	readonly bytes: number;
}

export interface BenchWorker {
	load(frames: readonly Uint8Array[], codec?: string): Promise<void>;
	run(work: 'decode' | 'convert' | 'preview' | 'png' | 'planes' | 'stock', count: number): Promise<Timing>;
	stop(): Promise<void>;
}

const packFrames = (frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
	const packed = new Uint8Array(frames.reduce((sum, { length }) => sum + 4 + length, 0));
	let at = 0;
	for (const frame of frames) {
		new DataView(packed.buffer).setUint32(at, frame.length, true);
		packed.set(frame, at + 4);
		at += 4 + frame.length;
	}
	return packed;
};

/** A fresh workerd process, which has run nothing yet. */
export const startBenchWorker = async (): Promise<BenchWorker> => {
	const before = new Set(childrenNamed('workerd'));
	const wasm = readdirSync(folder).filter((file) => file.endsWith('.wasm'));
	const miniflare = new Miniflare(
		convertV4MiniflareOptions({
			host: '127.0.0.1',
			port: 0,
			cf: false,
			telemetry: { enabled: false },
			log: new Log(LogLevel.ERROR),
			modulesRoot: folder,
			modules: [
				{ type: 'ESModule', path: `${folder}index.js` },
				...wasm.map((file) => ({ type: 'CompiledWasm' as const, path: folder + file })),
			],
			compatibilityDate: '2026-11-01',
			compatibilityFlags: ['nodejs_compat'],
		}),
	);
	const url = await miniflare.ready;
	const pid = childrenNamed('workerd').find((child) => !before.has(child)) ?? 0;
	return {
		load: async (frames, codec = 'h264') => {
			const response = await fetch(new URL(`/load?codec=${codec}`, url), { method: 'POST', body: packFrames(frames) });
			if (!response.ok) throw new Error(`the Worker takes no frames: ${response.status}`);
			await response.body?.cancel();
		},
		run: async (work, count) => {
			const since = processorTime(pid);
			const response = await fetch(new URL(`/${work}?count=${count}`, url));
			if (!response.ok) throw new Error(`${work} failed in the Worker: ${await response.text()}`);
			const { ms, bytes } = (await response.json()) as { ms: number; bytes: number };
			return { wall: ms / count, cpu: (processorTime(pid) - since) / count, bytes };
		},
		stop: () => miniflare.dispose(),
	};
};
