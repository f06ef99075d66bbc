/** Starts the stack as a process group and sees to it that nothing of it is left behind. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { withCompileCache } from './compile-cache.ts';
import type { StackUrls } from './stack.ts';
import type { StackMessage } from './stack-process.ts';

export interface ReadyStack {
	readonly urls: StackUrls;
	/** Process id of the ingest node, for those who want to watch or to hurt it. */
	readonly ingestPid: number | undefined;
}

export interface LaunchedStack {
	readonly pid: number;
	/** Resolves when all ports are bound; rejects with a {@link LaunchError}. */
	readonly ready: Promise<ReadyStack>;
	/** Resolves when the stack has ended, however it did, with its exit code. */
	readonly ended: Promise<number>;
	/** Ends everything in order. */
	stop(): Promise<void>;
	/** Ends everything at once. */
	kill(): void;
}

/** The stack did not start; the message is for the user. */
export class LaunchError extends Error {}

export interface LaunchOptions {
	readonly env: NodeJS.ProcessEnv;
	/** `ignore` to hear nothing of the stack. */
	readonly output?: 'inherit' | 'ignore' | 'pipe';
	/** Hears what the stack writes when `output` is `pipe`. */
	readonly onOutput?: (text: string) => void;
}

// The stack gives its ingest node five seconds.
const stopTimeout = 10_000;

const entry = join(import.meta.dirname, 'stack-process.ts');

/** Starts the stack; when this process ends, so does the stack. */
export const launchStack = ({ env, output = 'inherit', onOutput }: LaunchOptions): LaunchedStack => {
	// Detached: a process group of its own, whose members hear no Ctrl-C and can be ended together.
	const child = fork(entry, [], {
		env: withCompileCache(env),
		detached: true,
		stdio: ['ignore', output, output, 'ipc'],
	});
	child.on('error', () => {});
	child.stdout?.on('data', (text) => onOutput?.(String(text)));
	child.stderr?.on('data', (text) => onOutput?.(String(text)));

	const kill = (): void => {
		try {
			if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
		} catch {
			// The group is empty: there is nothing to end.
		}
	};
	const ended = new Promise<number>((resolve) => {
		child.once('exit', (code) => {
			// Whatever a stack that died has left, such as workerd.
			kill();
			resolve(code ?? 1);
		});
	});
	const stop = async (): Promise<void> => {
		if (child.connected) child.send('stop', () => {});
		const force = setTimeout(kill, stopTimeout);
		await ended;
		clearTimeout(force);
	};

	const ready = new Promise<ReadyStack>((resolve, reject) => {
		child.on('message', (message: StackMessage) => {
			if (message.type === 'failed') reject(new LaunchError(message.reason));
			else resolve(message);
		});
		void ended.then((code) => reject(new LaunchError(`The stack ended before it was ready (exit code ${code}).`)));
	});
	// Whoever ends this process ends the stack: over its IPC channel in any case, at once when it exits by itself.
	process.once('exit', kill);

	return { pid: child.pid ?? 0, ready, ended, stop, kill };
};
