import { describe, expect, it } from 'vitest';
import { infoOf } from '../../ingest-node/keyframe.ts';
import { claimName, judgeClaim, leaseSkewMargin } from '../../ingest-node/name-claim.ts';
import type { StoredHead } from '../../ingest-node/store/port.ts';
import { buildMetadata } from '../../src/shared/keyframe-object.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { fakeKeyframe, fakeSession, uuid } from './support/keyframes.ts';
import { createScriptedStore } from './support/scripted-store.ts';

const ourNode = 'http://node-a:8082';
const now = 2_000_000;
const context = { now, node: ourNode, isOurs: (id: string) => id === uuid(1) };

const head = (leaseUntil: number, { session = uuid(2), node = 'http://node-b:8082' } = {}): StoredHead => ({
	etag: 'e',
	metadata: buildMetadata(infoOf(fakeSession(session, node), fakeKeyframe(1), leaseUntil)),
});

const free = { kind: 'free', condition: { etag: 'e' } };
const inUse = { kind: 'in-use' };

describe('judgeClaim', () => {
	const cases: readonly [string, StoredHead | null, unknown][] = [
		['no object', null, { kind: 'free', condition: 'absent' }],
		['a tombstone', head(0), free],
		['a live lease', head(now + 1), inUse],
		['a lease that ends now', head(now), { kind: 'wait', milliseconds: leaseSkewMargin }],
		['a lease within the margin', head(now - 1000), { kind: 'wait', milliseconds: leaseSkewMargin - 1000 }],
		['a lease beyond the margin', head(now - leaseSkewMargin), free],
		['a live session of our previous life', head(now + 20_000, { node: ourNode }), free],
		['a live session of ours', head(now + 20_000, { session: uuid(1), node: ourNode }), inUse],
		['metadata that is not ours', { etag: 'e', metadata: {} }, free],
		['a live lease of another format', { etag: 'e', metadata: { 'lease-until': String(now + 5) } }, inUse],
		['a lease that is no number', { etag: 'e', metadata: { 'lease-until': 'tomorrow' } }, free],
	];
	it.each(cases)('%s', (_name, found, verdict) => {
		expect(judgeClaim(found, context)).toEqual(verdict);
	});

	it('does not take an unreachable node for itself', () => {
		expect(judgeClaim(head(now + 20_000, { node: '' }), { ...context, node: '' })).toEqual(inUse);
	});
});

describe('claimName', () => {
	const setUp = () => {
		const clock = createFakeClock();
		const store = createScriptedStore(clock.monotonic);
		const name = fakeSession(uuid(1)).name;
		const claim = () => claimName(name, { store, clock, node: ourNode, isOurs: () => false });
		return { clock, store, claim };
	};

	it('asks again when the store does not answer', async () => {
		const { clock, store, claim } = setUp();
		store.headFates = ['unavailable', 'throttled'];
		const claimed = claim();
		await clock.advance(2000);
		expect(await claimed).toBe('absent');
		expect(store.heads).toBe(3);
	});

	it('gives up after the third time', async () => {
		const { clock, store, claim } = setUp();
		store.headFates = ['unavailable', 'unavailable', 'unavailable'];
		const claimed = claim().catch((error: unknown) => error);
		await clock.advance(2000);
		expect(await claimed).toMatchObject({ code: 'STORE_UNAVAILABLE' });
	});
});
