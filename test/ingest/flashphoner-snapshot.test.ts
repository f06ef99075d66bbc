/** Snapshots over the signalling: what clients of both generations are told. */
import { describe, expect, it } from 'vitest';
import { LivestillError } from '../../src/shared/errors.ts';
import { createSignallingBench } from './support/signalling-bench.ts';

const success = (id: string, name: string, picture: string) => [
	[
		'notifyStreamStatusEvent',
		expect.objectContaining({ mediaSessionId: id, name, status: 'SNAPSHOT_COMPLETE', info: picture }),
	],
	['notifyStreamEvent', { mediaSessionId: id, type: 'snapshotCompleted', payload: { snapshot: picture } }],
];
const failedEvent = (id: string, info: string) => [
	'notifyStreamEvent',
	{ mediaSessionId: id, type: 'snapshotFailed', payload: { info } },
];
const failedStatus = (id: string, info: string) => [
	'notifyStreamStatusEvent',
	expect.objectContaining({ mediaSessionId: id, status: 'FAILED', info }),
];

const benchWith = (take: () => Promise<string>) => {
	const bench = createSignallingBench({ takeSnapshot: take });
	const client = bench.connect();
	client.heard();
	const heard = () => client.heard().map(({ message, data }) => [message, data]);
	const ask = (id: unknown, name: unknown) => client.tell('snapshot', { mediaSessionId: id, name });
	return { ...bench, client, heard, ask };
};

describe('a snapshot', () => {
	it('comes as status first and as event then', async () => {
		const { ask, heard } = benchWith(async () => 'iVBORw0KGgo=');
		await ask('1', 'abc');
		expect(heard()).toEqual(success('1', 'abc', 'iVBORw0KGgo='));
	});

	it('that fails comes as event first and as FAILED then', async () => {
		const cases: [Error, string][] = [
			[new LivestillError('STREAM_NOT_FOUND', 'no live stream has this name'), 'Stream not found'],
			[new LivestillError('NO_KEYFRAME', 'x'), 'Publish stream is not ready'],
			[new LivestillError('FRAME_DAMAGED', 'slice 3 ends early'), 'slice 3 ends early'],
			[new TypeError('secret'), 'Failed by error'],
		];
		for (const [error, info] of cases) {
			const { ask, heard, faults } = benchWith(() => Promise.reject(error));
			await ask('1', 'abc');
			expect(heard()).toEqual([failedEvent('1', info), failedStatus('1', info)]);
			expect(faults).toEqual(error instanceof LivestillError ? [] : [error]);
		}
	});

	it('that fails does not end the stream whose id it uses', async () => {
		const { ask, heard, client } = benchWith(() => Promise.reject(new LivestillError('NO_KEYFRAME', 'x')));
		await client.publish('1', 'abc');
		client.heard();
		await ask('1', 'abc');
		expect(heard()).toEqual([failedEvent('1', 'Publish stream is not ready')]);
		expect(client.connection.streams).toBe(1);
	});

	it('of a name that is none fails', async () => {
		const { ask, heard } = benchWith(async () => 'never');
		await ask('1', { name: 'abc' });
		expect(heard()).toEqual([
			failedEvent('1', 'stream name is not a string'),
			failedStatus('1', 'stream name is not a string'),
		]);
	});

	it('is answered once for each request, in order for an id', async () => {
		const waiting: PromiseWithResolvers<string>[] = [];
		const { ask, heard, clock } = benchWith(() => {
			const one = Promise.withResolvers<string>();
			waiting.push(one);
			return one.promise;
		});
		await ask('1', 'abc');
		await ask('1', 'abc');
		await ask('2', 'abc');
		waiting[1]?.resolve('second');
		waiting[2]?.resolve('third');
		await clock.advance(0);
		expect(heard()).toEqual(success('2', 'abc', 'third'));
		waiting[0]?.resolve('first');
		await clock.advance(0);
		expect(heard()).toEqual([...success('1', 'abc', 'first'), ...success('1', 'abc', 'second')]);
	});

	it('is refused while eight are under way', async () => {
		const one = Promise.withResolvers<string>();
		const { ask, heard, clock } = benchWith(() => one.promise);
		for (let count = 0; count < 9; count += 1) await ask(`id${count}`, 'abc');
		const info = 'more than 8 snapshots are under way';
		expect(heard()).toEqual([failedEvent('id8', info), failedStatus('id8', info)]);
		one.resolve('picture');
		await clock.advance(0);
		expect(heard().length).toBe(16);
		await ask('again', 'abc');
		expect(heard()).toEqual(success('again', 'abc', 'picture'));
	});
});
