/** The parts of a node of several processes that need no processes. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { askForKeyframe, askMembers } from '../../ingest-node/workers/ask-members.ts';
import { createChannel, type Handlers } from '../../ingest-node/workers/channel.ts';
import { joinFamily } from '../../ingest-node/workers/family.ts';
import { createNameRegistry, tombstoneTime } from '../../ingest-node/workers/name-registry.ts';
import { createRestarts } from '../../ingest-node/workers/restarts.ts';
import { workerConfig } from '../../ingest-node/workers/worker-config.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { parseStreamName, type StreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock } from './support/fake-clock.ts';

const abc = parseStreamName('abc');

describe('the names of a node', () => {
	it('belong to one worker, and wait for the tombstone of the stream before', async () => {
		const changes: unknown[] = [];
		const names = createNameRegistry(createFakeClock(), (...change) => changes.push(change));
		expect(await names.reserve(abc, 0)).toBe(true);
		expect(await names.reserve(abc, 1)).toBe(false);
		names.ending(abc, 1);
		names.release(abc, 1);
		expect(names.ownerOf(abc)).toBe(0);
		names.ending(abc, 0);
		const waiting = [names.reserve(abc, 1), names.reserve(abc, 2)];
		names.release(abc, 0);
		expect(await Promise.all(waiting)).toEqual([true, false]);
		expect(names.entries()).toEqual([['abc', 1]]);
		expect(changes).toEqual([
			['abc', 0],
			['abc', null],
			['abc', 1],
		]);
	});

	it('are free when their worker is gone', async () => {
		const names = createNameRegistry(createFakeClock(), () => {});
		await names.reserve(abc, 0);
		names.ending(abc, 0);
		const waiting = names.reserve(abc, 1);
		names.drop(0);
		expect(await waiting).toBe(true);
		expect(names.ownerOf(abc)).toBe(1);
	});

	it('go to nobody who has stopped waiting, for whatever reason', async () => {
		const clock = createFakeClock();
		const names = createNameRegistry(clock, () => {});
		await names.reserve(abc, 0);
		names.ending(abc, 0);
		const late = names.reserve(abc, 1);
		await clock.advance(tombstoneTime);
		expect(await late).toBe(false);
		const dead = names.reserve(abc, 2);
		const weary = names.reserve(abc, 3);
		names.drop(2);
		names.release(abc, 3);
		expect(await Promise.all([dead, weary])).toEqual([false, false]);
		expect(names.ownerOf(abc)).toBe(0);
		names.release(abc, 0);
		expect(names.ownerOf(abc)).toBeNull();
		expect(await names.reserve(abc, 1)).toBe(true);
	});
});

/** Two ends of one channel; `isCut` loses everything. */
const createPair = (handlers: Handlers) => {
	const ends = [new EventEmitter(), new EventEmitter()] as const;
	const state = { connected: true };
	const port = (own: EventEmitter, other: EventEmitter) => ({
		get connected() {
			return state.connected;
		},
		send: (message: unknown) => other.emit('message', structuredClone(message)),
		on: (event: string, listener: (message: unknown) => void) => own.on(event, listener),
	});
	const served = createChannel(port(ends[1], ends[0]), handlers);
	return { served, channel: createChannel(port(ends[0], ends[1]), {}), ends, state };
};

describe('a call to another process', () => {
	it('brings back values, bytes, and errors with their codes', async () => {
		const { channel } = createPair({
			twice: (number: number) => 2 * number,
			bytes: async () => Uint8Array.of(1, 2),
			refuse: () => {
				throw new LivestillError('STREAM_NOT_FOUND', 'Stream not found');
			},
			fail: () => {
				throw new TypeError('a fault');
			},
		});
		expect(await channel.call('twice', 21)).toBe(42);
		expect(await channel.call('bytes')).toEqual(Uint8Array.of(1, 2));
		await expect(channel.call('refuse')).rejects.toMatchObject({ code: 'STREAM_NOT_FOUND' });
		await expect(channel.call('fail')).rejects.toMatchObject({ code: 'INTERNAL', message: 'a fault' });
		await expect(channel.call('toString')).rejects.toMatchObject({ code: 'INTERNAL' });
	});

	it('ends when the other process does, or does not answer', async () => {
		const { channel, ends, state } = createPair({ wait: () => new Promise(() => {}) });
		await expect(channel.call('wait', undefined, 50)).rejects.toMatchObject({
			code: 'BUSY',
			message: 'no answer to wait within 50 ms',
		});
		const call = channel.call('wait');
		ends[0].emit('disconnect');
		await expect(call).rejects.toMatchObject({ code: 'BUSY' });
		state.connected = false;
		await expect(channel.call('wait')).rejects.toMatchObject({ message: 'there is no other process' });
		channel.tell('wait');
	});

	it('is not heard any more once the other process is known to be gone', async () => {
		const heard: number[] = [];
		const { ends, served } = createPair({ say: (word: number) => heard.push(word) });
		const say = (argument: number) => ends[1].emit('message', { type: 'worker-call', id: 0, method: 'say', argument });
		say(1);
		served.close();
		say(2);
		await vi.waitFor(() => expect(heard).toEqual([1]));
		await expect(served.call('anything')).rejects.toMatchObject({ code: 'BUSY' });
	});
});

describe('a worker that hangs', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it.each(['streams', 'metrics', 'readiness', 'listSources', 'endSession'])(
		'does not keep the answers of the others to %s',
		async (method) => {
			const hanging = createPair({ [method]: () => new Promise(() => {}) });
			const answers = askMembers([createPair({ [method]: () => 'fine' }), hanging], method);
			await vi.advanceTimersByTimeAsync(2000);
			expect(await Promise.race([answers, 'none yet'])).toEqual(['fine']);
		},
	);

	it('does not keep a call of the edge, which waits for its publisher, much longer than that', async () => {
		const hanging = createPair({ fresh: () => new Promise(() => {}) });
		const failed = vi.fn();
		askForKeyframe(hanging, abc, { session: '', timeout: 500 }).catch(failed);
		await vi.advanceTimersByTimeAsync(1000);
		expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'BUSY' }));
	});
});

describe('a worker', () => {
	it('gives a name back when it has not heard whether it has it', async () => {
		const ends = [new EventEmitter(), new EventEmitter()] as const;
		const names = createNameRegistry(createFakeClock(), () => {});
		const port = (own: EventEmitter, other: EventEmitter, isLost = (_message: object) => false) => ({
			connected: true,
			send: (message: object) => isLost(message) || other.emit('message', structuredClone(message)),
			on: (event: string, listener: (message: unknown) => void) => own.on(event, listener),
		});
		const family = joinFamily(port(ends[0], ends[1]), { LIVESTILL_WORKER: '1' });
		createChannel(
			port(ends[1], ends[0], (message) => 'value' in message),
			{
				reserve: (name: StreamName) => names.reserve(name, 1),
				release: (name: StreamName) => names.release(name, 1),
			},
		);
		vi.useFakeTimers();
		const held = expect(family?.hold(abc)).rejects.toMatchObject({ code: 'BUSY' });
		await vi.advanceTimersByTimeAsync(1000);
		expect(names.ownerOf(abc)).toBe(1);
		await vi.advanceTimersByTimeAsync(60_000);
		await held;
		expect(names.ownerOf(abc)).toBeNull();
		vi.useRealTimers();
	});
});

describe('the settings of a worker', () => {
	it('are those of its node, with its part of connections and cameras and a UDP port of its own', () => {
		const cameras = JSON.stringify([1, 2, 3].map((number) => ({ uri: `rtsp://127.0.0.1/${number}` })));
		const config = readConfig({
			WORKERS: '2',
			MAX_CONNECTIONS: '5',
			WEBRTC_PORT: '9000',
			RTSP_SOURCES: cameras,
			MAX_CONNECTIONS_PER_ADDRESS: '7',
		});
		const [first, second] = [0, 1].map((slot) => workerConfig(config, slot, 'http://node'));
		expect([first?.webRtcPort, second?.webRtcPort]).toEqual([9000, 9001]);
		expect([first?.maxConnections, first?.controlPort, first?.controlUrl]).toEqual([3, null, 'http://node']);
		expect(first?.addressLimit).toBe(4);
		expect(workerConfig(readConfig({ MAX_CONNECTIONS_PER_ADDRESS: '0' }), 0, '').addressLimit).toBeNull();
		const uris = [first, second].flatMap((each) => each?.sources.sources.map(({ uri }) => uri.url));
		expect(uris.sort()).toEqual(['rtsp://127.0.0.1/1', 'rtsp://127.0.0.1/2', 'rtsp://127.0.0.1/3']);
		expect(workerConfig(readConfig({ WEBRTC_PORT: 'auto' }), 1, '').webRtcPort).toBe(0);
		expect(workerConfig(readConfig({ WEBRTC_PORT: '0' }), 1, '').webRtcPort).toBeNull();
	});

	it('leave every camera where it is when others come or go, and give each worker some', () => {
		const dealt = (numbers: readonly number[]) => {
			const cameras = JSON.stringify(numbers.map((number) => `rtsp://127.0.0.1/${number}`));
			const config = readConfig({ WORKERS: '3', RTSP_SOURCES: cameras });
			return [0, 1, 2].map((slot) => workerConfig(config, slot, '').sources.sources.map(({ name }) => name));
		};
		const numbers = Array.from({ length: 60 }, (_, index) => index);
		const [before, after] = [dealt(numbers), dealt([...numbers.slice(1), 100])];
		const isChanged = (name: string): boolean => /\/(0|100)$/.test(name);
		expect(after.map((names) => names.filter((name) => !isChanged(name)))).toEqual(
			before.map((names) => names.filter((name) => !isChanged(name))),
		);
		for (const names of before) expect(names.length).toBeGreaterThan(10);
	});

	it.each(['0', '65', '-1', 'many'])('WORKERS %s is wrong', (value) => {
		expect(() => readConfig({ WORKERS: value })).toThrow('WORKERS');
	});
});

describe('a worker that dies again and again', () => {
	it('is started later each time, until it has lived for a minute', async () => {
		const clock = createFakeClock();
		const restarts = createRestarts(clock);
		const pauses = [];
		for (let count = 0; count < 12; count += 1) {
			restarts.started(0);
			pauses.push(restarts.next(0));
		}
		expect(pauses.slice(0, 3)).toEqual([50, 100, 200]);
		expect(pauses.at(-1)).toBe(30_000);
		restarts.started(0);
		await clock.advance(61_000);
		expect(restarts.next(0)).toBe(50);
	});
});
