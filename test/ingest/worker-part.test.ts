/** A new configuration for a node of several processes: all of them take it, or none. The processes are played. */
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { createLog } from '../../ingest-node/log.ts';
import { createReload, createStagedReload, type Reloadable } from '../../ingest-node/reload/reload.ts';
import { createChannel } from '../../ingest-node/workers/channel.ts';
import { createWorkerPart } from '../../ingest-node/workers/worker-part.ts';

/** A worker with a reload of its own, and what the primary has of it. */
const createWorker = (slot: number, problems: () => readonly string[]) => {
	const ends = [new EventEmitter(), new EventEmitter()] as const;
	const port = (own: EventEmitter, other: EventEmitter) => ({
		connected: true,
		send: (message: unknown) => other.emit('message', structuredClone(message)),
		on: (event: string, listener: (message: unknown) => void) => own.on(event, listener),
	});
	const state = { taken: 0 };
	const part: Reloadable = {
		problems,
		take: () => {
			state.taken += 1;
		},
	};
	const read = () => ({ environment: {}, config: readConfig({}) });
	const reload = createStagedReload({ first: read(), read, parts: [part] });
	createChannel(port(ends[0], ends[1]), { checkReload: reload.check, takeReload: reload.take });
	return { state, slot, channel: createChannel(port(ends[1], ends[0]), {}) };
};

const start = (problems: () => readonly string[] = () => []) => {
	const lines: string[] = [];
	const log = createLog((line) => lines.push(line), 'info');
	const workers = [createWorker(0, () => []), createWorker(1, problems)];
	const ready = [...workers];
	const part = createWorkerPart(() => ready, log);
	for (const worker of workers) part.started(worker);
	const read = () => ({ environment: {}, config: readConfig({}) });
	const reload = createReload(createStagedReload({ first: read(), read, parts: [part] }), log);
	return { lines, workers, ready, part, reload, taken: () => workers.map(({ state }) => state.taken) };
};

it('is taken by all', async () => {
	const { reload, taken, lines } = start();
	await reload('SIGHUP');
	expect(taken()).toEqual([1, 1]);
	expect(lines.join('')).toContain('"configuration reloaded"');
});

it('is taken by none when one of them has a problem', async () => {
	const { reload, taken, lines } = start(() => ['RTSP_SOURCES: cam is pulled already']);
	await reload('SIGHUP');
	expect(taken()).toEqual([0, 0]);
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('cam is pulled already');
});

it('is taken by none when one of them is gone', async () => {
	const { reload, taken, lines, workers } = start();
	workers[1]?.channel.close();
	await reload('SIGHUP');
	expect(taken()).toEqual([0, 0]);
	expect(lines.join('')).toContain('worker 1');
});

it('is taken later by one that is starting meanwhile, and once', async () => {
	const { reload, taken, workers, ready, part } = start();
	const late = ready.pop();
	await reload('SIGHUP');
	expect(taken()).toEqual([1, 0]);
	for (const worker of workers) await part.ready(worker);
	expect(late).toBe(workers[1]);
	expect(taken()).toEqual([2, 1]);
});
