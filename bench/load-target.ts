/** What the load is put on: a stack whose edge takes snapshots meanwhile, or node-media-server. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestStack, type TestStack } from '../test/e2e/support/stack.ts';
import { startLoadProcess } from './load-process.ts';

export interface StreamHealth {
	readonly name: string;
	readonly keyframes: number;
	readonly counters: Readonly<Record<string, number>>;
}

export const residentMegabytes = (pid: number): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** A stack as a large installation has it: one write a minute, fresher keyframes by the edge's call. */
export const startLoadStack = (): Promise<TestStack> => startTestStack({ PUSH_INTERVAL: '60s' });

export const healthOf = async ({ urls }: Pick<TestStack, 'urls'>): Promise<readonly StreamHealth[]> => {
	const response = await fetch(`${urls.control}/health`);
	return ((await response.json()) as { streams: StreamHealth[] }).streams;
};

export const untilEmpty = async (stack: TestStack): Promise<void> => {
	while ((await healthOf(stack)).length > 0) await sleep(200);
};

export interface Peer {
	readonly pid: number;
	/** `rtmp://…/live` */
	readonly rtmp: string;
	stop(): void;
}

/** @throws Error when it does not start */
export const startNodeMediaServer = async (port: number): Promise<Peer> => {
	const data = mkdtempSync(join(tmpdir(), 'livestill-nms-'));
	const server = startLoadProcess<{ port: number; data: string }, object>('node-media-server.ts');
	await server.order({ port, data });
	return {
		pid: server.pid,
		rtmp: `rtmp://127.0.0.1:${port}/live`,
		stop: () => {
			server.stop();
			rmSync(data, { recursive: true, force: true });
		},
	};
};
