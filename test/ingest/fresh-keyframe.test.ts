import { beforeEach, describe, expect, it } from 'vitest';
import { createFreshKeyframes, type FreshKeyframes, type FreshOptions } from '../../ingest-node/fresh-keyframe.ts';
import { createHub, type Publication, type PublishRequest } from '../../ingest-node/hub.ts';
import type { Keyframe } from '../../ingest-node/keyframe.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { createMemoryStore } from '../../ingest-node/store/memory.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { fakeKeyframe, fakeUnit, uuid } from './support/keyframes.ts';

let clock: FakeClock;
let requestedAt: number[];
let newest: Keyframe | null;
let fresh: FreshKeyframes;
let answers: string[];

const start = (request?: () => void): void => {
	fresh = createFreshKeyframes({ clock, request, newest: () => newest });
};

beforeEach(() => {
	clock = createFakeClock();
	requestedAt = [];
	newest = null;
	answers = [];
	start(() => requestedAt.push(clock.monotonic()));
});

const deliver = async (sequence: number): Promise<void> => {
	newest = fakeKeyframe(sequence, clock.now());
	fresh.arrived(newest);
	await clock.advance(0);
};

/** Notes `title`, the keyframe and the time when the call is answered. */
const call = async (title: string, options: Partial<FreshOptions> = {}): Promise<void> => {
	void fresh.wait({ timeout: 500, ...options }).then((keyframe) => {
		answers.push(`${title}: ${keyframe?.sequence ?? 'none'} at ${clock.monotonic()}`);
	});
	await clock.advance(0);
};

describe('a publisher that can be asked', () => {
	it('is asked, and its next keyframe is the answer', async () => {
		await deliver(1);
		await clock.advance(1000);
		await call('a');
		await clock.advance(60);
		expect(requestedAt).toEqual([1005]);
		await deliver(2);
		expect(answers).toEqual(['a: 2 at 1060']);
		await clock.advance(2000);
		expect(requestedAt).toEqual([1005]);
	});

	it('is asked once for calls that arrive together', async () => {
		await Promise.all(Array.from({ length: 100 }, (_, index) => call(`${index}`)));
		await clock.advance(5);
		await deliver(1);
		expect(requestedAt).toHaveLength(1);
		expect(answers).toHaveLength(100);
	});

	it('gives a call no keyframe that was asked for before it', async () => {
		await call('early');
		await clock.advance(35);
		await call('late');
		await clock.advance(5);
		await deliver(1);
		expect(answers).toEqual(['early: 1 at 40']);
		await clock.advance(350);
		await deliver(2);
		expect(answers).toEqual(['early: 1 at 40', 'late: 2 at 390']);
		expect(requestedAt).toEqual([5, 355]);
	});

	it('is asked again while somebody waits, then the newest has to do', async () => {
		await deliver(1);
		await clock.advance(10_000);
		await call('a');
		await clock.advance(5000);
		expect(requestedAt).toEqual([10_005, 10_355]);
		expect(answers).toEqual(['a: 1 at 10500']);
	});

	it('is not asked when the newest keyframe is new enough', async () => {
		await deliver(1);
		await clock.advance(300);
		await call('a', { after: clock.now() - 301 });
		await call('b', { after: clock.now() - 300 });
		expect(answers).toEqual(['a: 1 at 300']);
		await clock.advance(10);
		expect(requestedAt).toEqual([305]);
		await deliver(2);
		expect(answers).toEqual(['a: 1 at 300', 'b: 2 at 310']);
	});

	it('may end while somebody waits', async () => {
		await call('a');
		await clock.advance(5);
		fresh.end();
		await clock.advance(1000);
		await call('b');
		expect(answers).toEqual(['a: none at 5', 'b: none at 1005']);
		expect([requestedAt, clock.pendingTimers]).toEqual([[5], 0]);
	});

	it('may answer from within the request', async () => {
		start(() => fresh.arrived(fakeKeyframe(7)));
		await call('a');
		await clock.advance(5);
		expect(answers).toEqual(['a: 7 at 5']);
	});
});

describe('a publisher that cannot be asked', () => {
	beforeEach(() => start());

	it('gives its newest keyframe at once', async () => {
		await deliver(3);
		await clock.advance(100);
		await call('a');
		await call('b', { after: clock.now() });
		expect(answers).toEqual(['a: 3 at 100', 'b: 3 at 100']);
	});

	it('is waited for when it has sent none yet', async () => {
		await call('a', { after: 0 });
		await call('b');
		await clock.advance(100);
		await deliver(1);
		expect(answers).toEqual(['a: 1 at 100', 'b: 1 at 100']);
	});

	it('that sends none is not waited for longer than the caller has time', async () => {
		await call('a', { after: 0 });
		await clock.advance(500);
		expect(answers).toEqual(['a: none at 500']);
	});
});

describe('the hub', () => {
	const abc = parseStreamName('abc');
	const publish = async (requestKeyframe: () => void, more: Partial<PublishRequest> = {}) => {
		const hub = createHub({ store: createMemoryStore(), clock, log: silentLog, node: '', pushInterval: 2000 });
		const publishing = hub.publish({
			name: abc,
			protocol: 'webrtc',
			remote: '192.0.2.1:5000',
			query: '',
			stop: () => {},
			counters: () => ({}),
			requestKeyframe,
			...more,
		});
		await clock.advance(0);
		return { hub, publication: await publishing };
	};

	it('asks the publisher', async () => {
		let publication: Publication | undefined;
		const stream = await publish(() => publication?.deliver(fakeUnit(9)));
		publication = stream.publication;
		const { session } = publication;
		const finding = stream.hub.freshKeyframe(abc, { session: session.id, timeout: 500 });
		await clock.advance(5);
		expect(await finding).toMatchObject({ session, keyframe: { sequence: 1, capturedAt: clock.now() } });
	});

	it('tells a publisher that somebody wants a picture', async () => {
		let wanted = 0;
		const { hub, publication } = await publish(() => {}, { onWanted: () => (wanted += 1) });
		publication.deliver(fakeUnit(9));
		await hub.freshKeyframe(abc, { session: publication.session.id, timeout: 500, after: 0 });
		await hub.freshKeyframe(abc, { session: uuid(1), timeout: 500, after: 0 });
		expect(wanted).toBe(1);
	});

	it('knows neither other names nor other sessions, nor streams that end meanwhile', async () => {
		const { hub, publication } = await publish(() => {});
		const session = publication.session.id;
		expect(await hub.freshKeyframe(parseStreamName('other'), { session, timeout: 500 })).toBeNull();
		expect(await hub.freshKeyframe(abc, { session: uuid(1), timeout: 500 })).toBeNull();
		const waiting = hub.freshKeyframe(abc, { session, timeout: 500 });
		void publication.end('test');
		expect(await waiting).toBeNull();
	});
});
