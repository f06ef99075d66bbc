/** The first keyframe of a stream is written at once, however long the push interval is. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createHub, type Hub } from '../../ingest-node/hub.ts';
import type { Keyframe, Session } from '../../ingest-node/keyframe.ts';
import { createLog } from '../../ingest-node/log.ts';
import { parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { fakeUnit } from './support/keyframes.ts';
import { createScriptedStore, type ScriptedStore } from './support/scripted-store.ts';

const name = parseStreamName('first');
let clock: FakeClock;
let store: ScriptedStore;
let hub: Hub;
let told: { readonly at: number; readonly what: string }[];

const stored = () => parseMetadata(store.objects.get(liveKey(name))?.metadata ?? {});
const tell = (what: string): void => {
	told.push({ at: clock.monotonic(), what });
};

beforeEach(() => {
	clock = createFakeClock();
	store = createScriptedStore(clock.monotonic);
	told = [];
	hub = createHub({
		...{ store, clock, node: '', pushInterval: 60_000, random: () => 0.5 },
		log: createLog((line) => {
			const { event } = JSON.parse(line) as { event: string };
			if (event === 'first keyframe stored') tell(event);
		}),
		onStored: (_session: Session, { sequence }: Keyframe) =>
			tell(`${sequence}, ${stored().codec} ${stored().sequence}`),
		onGone: () => tell(`gone, lease ${stored().leaseUntil}`),
	});
});

const publish = async () => {
	const publishing = hub.publish({
		...{ name, protocol: 'rtmp', remote: '', query: '', counters: () => ({}), stop: () => {} },
	});
	await clock.advance(0);
	return publishing;
};

describe('the first keyframe', () => {
	it('is on its way to the store before anything else happens', async () => {
		const publication = await publish();
		await clock.advance(300);
		publication.deliver(fakeUnit(1));
		expect(store.puts.map(({ at, info }) => [at, info.sequence])).toEqual([[300, 1]]);
		await clock.advance(0);
		expect(told).toEqual([
			{ at: 300, what: 'first keyframe stored' },
			{ at: 300, what: '1, h264 1' },
		]);
	});

	it('of a stream that was announced without one waits for the store, not for the push interval', async () => {
		const publication = await publish();
		await clock.advance(700);
		expect(store.puts.map(({ at, info }) => [at, info.codec])).toEqual([[500, 'none']]);
		publication.deliver(fakeUnit(1));
		// The store takes one write in 1.1 s.
		await clock.advance(1000);
		expect(store.puts.map(({ at, info }) => [at, info.sequence])).toEqual([
			[500, 0],
			[1600, 1],
		]);
		const late = await publish().catch((error: Error) => error.message);
		expect(late).toBe('Stream name is already in use');
	});

	it('that comes after a long silence is written at once', async () => {
		const publication = await publish();
		await clock.advance(8000);
		publication.deliver(fakeUnit(1));
		expect(store.puts.at(-1)).toMatchObject({ at: 8000, info: { sequence: 1, codec: 'h264' } });
	});
});

describe('what is told of a stream', () => {
	it('is true when it is told: a keyframe once it is stored, the end once it is stored', async () => {
		let answer = (): void => {};
		store.latency = () =>
			new Promise((resolve) => {
				answer = resolve;
			});
		const publication = await publish();
		publication.deliver(fakeUnit(1));
		await clock.advance(100);
		expect(told).toEqual([]);
		answer();
		await clock.advance(0);
		expect(told.map(({ what }) => what)).toEqual(['first keyframe stored', '1, h264 1']);
		void publication.end('test');
		await clock.advance(100);
		expect(told.length).toBe(2);
		answer();
		await clock.advance(0);
		expect(told.map(({ what }) => what).slice(2)).toEqual(['gone, lease 0']);
	});

	it('has each keyframe once, whatever is written again', async () => {
		const publication = await publish();
		publication.deliver(fakeUnit(1));
		// Heartbeats write the same keyframe again.
		await clock.advance(170_000);
		expect(store.puts.length).toBeGreaterThan(2);
		publication.deliver(fakeUnit(2));
		await clock.advance(60_000);
		expect(told.map(({ what }) => what)).toEqual(['first keyframe stored', '1, h264 1', '2, h264 2']);
	});
});
