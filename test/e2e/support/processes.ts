/** Child processes of tests: each is ended by its own id, however the test ends. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface Peer {
	readonly process: ChildProcess;
	/** Everything it wrote. */
	output(): string;
	/** Resolves when it has ended: exit code or signal. */
	readonly ended: Promise<number | NodeJS.Signals>;
	kill(signal: NodeJS.Signals): void;
}

const running = new Set<ChildProcess>();

process.on('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});

export const startPeer = (
	program: string,
	args: readonly string[],
	options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Peer => {
	const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
	running.add(child);
	let output = '';
	const collect = (text: Buffer): void => {
		output += text.toString();
	};
	child.stdout.on('data', collect);
	child.stderr.on('data', collect);
	const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => {
			running.delete(child);
			resolve(signal ?? code ?? 0);
		});
	});
	ended.catch(() => {});
	return { process: child, output: () => output, ended, kill: (signal) => child.kill(signal) };
};

/** Ends what a test has left, by its id. */
export const endPeers = async (): Promise<void> => {
	const endings = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
	for (const child of running) child.kill('SIGKILL');
	await Promise.all(endings);
};

/** Whether a process of that id is there. */
export const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};
