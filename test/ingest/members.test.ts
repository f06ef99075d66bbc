/** Worker processes that end, do not start, or start when the node is about to end; the processes are played. */
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../ingest-node/log.ts';
import { webhookTimeOf } from '../../ingest-node/shutdown.ts';
import { createMembers, type Members, type WorkerProcess } from '../../ingest-node/workers/members.ts';
import { createFakeClock } from './support/fake-clock.ts';

class FakeWorker extends EventEmitter {
	readonly told: string[] = [];
	readonly killed: string[] = [];
	readonly process = Object.assign(new EventEmitter(), {
		connected: true,
		pid: 1 as number | undefined,
		send: (message: { method: string }) => this.told.push(message.method) > 0,
		kill: (signal: string) => this.killed.push(signal) > 0,
	});

	ready(): void {
		this.emit('message', { type: 'ready', urls: {} });
	}

	exit(): void {
		this.emit('exit', null, 'SIGSEGV');
	}
}

let clock: ReturnType<typeof createFakeClock>;
let lines: string[];
let gone: number[];
/** Processes in the order of their start, with their slots; or what starting one throws. */
let forked: { slot: number; worker: FakeWorker }[];
let fault: Error | null;
let members: Members;

beforeEach(() => {
	clock = createFakeClock();
	lines = [];
	gone = [];
	forked = [];
	fault = null;
	members = createMembers({
		clock,
		log: createLog((line) => lines.push(line), 'debug'),
		fork: (slot) => {
			if (fault !== null) throw fault;
			const worker = new FakeWorker();
			forked.push({ slot, worker });
			return worker as unknown as WorkerProcess;
		},
		handlersFor: () => ({}),
		onStarted: () => {},
		onGone: (slot) => gone.push(slot),
	});
});

const last = (): FakeWorker => forked.at(-1)?.worker ?? new FakeWorker();
const launch = async (slot: number): Promise<FakeWorker> => {
	const launched = members.launch(slot);
	const worker = last();
	worker.ready();
	await launched;
	return worker;
};

describe('a worker', () => {
	it('that was ready is started again, also while a later one is starting', async () => {
		const first = await launch(0);
		const second = members.launch(1);
		first.exit();
		expect(gone).toEqual([0]);
		expect(lines.join('')).toContain('worker ended');
		await clock.advance(100);
		expect(forked.map(({ slot }) => slot)).toEqual([0, 1, 0]);
		forked[1]?.worker.ready();
		await second;
		last().ready();
		expect(members.list()).toHaveLength(2);
		expect(lines.join('')).toContain('worker is back');
	});

	it('that is never ready keeps the node from starting', async () => {
		const launched = members.launch(0);
		last().exit();
		await expect(launched).rejects.toThrow('worker 0 ended: SIGSEGV');
		await clock.advance(100_000);
		expect(forked).toHaveLength(1);
	});

	it('that is not ready when it is started again is started yet again', async () => {
		(await launch(0)).exit();
		await clock.advance(100);
		last().exit();
		await clock.advance(1000);
		last().ready();
		expect(forked).toHaveLength(3);
		expect(members.at(0)?.isReady).toBe(true);
	});

	it.each([
		['with an error', () => last().emit('error', new Error('spawn EAGAIN'))],
		['at once', () => {}],
	])('that cannot be started, which shows %s, is tried again', async (kind, fail) => {
		const worker = await launch(0);
		if (kind === 'at once') fault = new Error('spawn ENOMEM');
		worker.exit();
		await clock.advance(60);
		if (fault === null) last().process.pid = undefined;
		fail();
		expect(members.at(0)).toBeUndefined();
		fault = null;
		await clock.advance(1000);
		last().ready();
		expect(members.at(0)?.isReady).toBe(true);
		expect(lines.join('')).toMatch(/EAGAIN|ENOMEM/);
	});

	it('whose channel fails goes on until it ends', async () => {
		const worker = await launch(0);
		worker.emit('error', new Error('write EPIPE'));
		expect(members.at(0)?.isReady).toBe(true);
		expect(lines.join('')).toContain('write EPIPE');
	});
});

describe('a node that drains', () => {
	it('starts no worker any more, not even one that is due', async () => {
		const [first, second] = [await launch(0), await launch(1)];
		first.exit();
		members.drain();
		second.exit();
		await clock.advance(100_000);
		expect(forked).toHaveLength(2);
		expect(lines.filter((line) => line.includes('worker ended'))).toHaveLength(2);
	});

	it('tells a worker that was starting when it is ready', async () => {
		(await launch(0)).exit();
		await clock.advance(100);
		members.drain();
		expect(last().told).toContain('drain');
		last().told.length = 0;
		last().ready();
		expect(last().told).toEqual(['drain']);
	});
});

it('a node that stops leaves workers the time for their webhooks, and then kills them', async () => {
	const worker = await launch(0);
	const stopped = members.stop(3000);
	await clock.advance(3000 + webhookTimeOf(3000));
	expect(worker.killed).toEqual([]);
	await clock.advance(1000);
	expect(worker.killed).toEqual(['SIGKILL']);
	worker.exit();
	await stopped;
});

it('a node that stops ends workers that are still starting, and waits for the others', async () => {
	const [first, second] = [await launch(0), await launch(1)];
	first.exit();
	await clock.advance(100);
	const stopped = members.stop(60_000);
	expect([last().killed, second.killed]).toEqual([['SIGKILL'], []]);
	expect(second.told).toContain('stop');
	last().exit();
	second.exit();
	await stopped;
	await clock.advance(100_000);
	expect(forked).toHaveLength(3);
});
