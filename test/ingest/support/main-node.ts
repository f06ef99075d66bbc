/** The ingest node as a process of its own, over a store in memory. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ReadyMessage } from '../../../ingest-node/main.ts';
import { createMemoryStore } from '../../../ingest-node/store/memory.ts';
import { serveStore } from '../../../ingest-node/store/serve-store.ts';
import { compileCache } from '../../support/compile-cache.ts';

export interface MainNode {
	readonly child: ChildProcess;
	readonly urls: ReadyMessage['urls'];
	readonly store: ReturnType<typeof createMemoryStore>;
	/** Everything it has written. */
	output(): string;
	/** Resolves to the exit code. */
	readonly exited: Promise<number | null>;
	stop(): Promise<void>;
}

/** Starts it on free loopback ports. @throws Error with what it wrote when it does not start */
export const startMainNode = async (env: Readonly<Record<string, string>> = {}): Promise<MainNode> => {
	const child = fork(new URL('../../../ingest-node/main.ts', import.meta.url), {
		serialization: 'advanced',
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		env: {
			...compileCache,
			...{ PATH: process.env.PATH ?? '', HOST: '127.0.0.1', RTMP_PORT: 'auto', RTSP_PORT: 'auto' },
			...{ WS_PORT: 'auto', WEBRTC_PORT: 'auto', CONTROL_PORT: 'auto', ...env },
		},
	});
	let output = '';
	const collect = (text: Buffer): void => {
		output += text.toString();
	};
	child.stdout?.on('data', collect);
	child.stderr?.on('data', collect);
	const store = createMemoryStore();
	serveStore(child, store);
	const exited = once(child, 'exit').then(([code]) => code as number | null);
	const urls = await new Promise<ReadyMessage['urls']>((resolve, reject) => {
		child.on('message', (message: ReadyMessage) => {
			if (message.type === 'ready') resolve(message.urls);
		});
		void exited.then(() => reject(new Error(output)));
	});
	const stop = async (): Promise<void> => {
		child.kill('SIGTERM');
		const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
		await exited;
		clearTimeout(force);
	};
	return { child, urls, store, output: () => output, exited, stop };
};
