/**
 * Keeps the object of one session up to date: the rules of the keyframe object's life, from the publish to the tombstone.
 *
 * - A stream without a keyframe is announced with codec `none`, after `announceDelay`; mostly the keyframe is earlier.
 * - One PUT in flight, one per push interval, always of the newest keyframe; nothing queues.
 * - Each PUT renews the lease; without new keyframes a heartbeat PUT of the last one does.
 * - Failures are back-pressure: the newest keyframe is tried again after a jittered, growing pause.
 * - Every PUT is conditional on the object being the one that we wrote last. When it is not, and the object is not ours,
 *   the name is lost. When the lease runs out unrenewed by the monotonic clock, the name counts as lost too.
 */
import { LivestillError } from '../src/shared/errors.ts';
import {
	buildMetadata,
	type KeyframeObject,
	objectContentType,
	parseMetadata,
	tombstone,
} from '../src/shared/keyframe-object.ts';
import { liveKey } from '../src/shared/stream-name.ts';
import type { Clock } from './clock.ts';
import { bodyOf, infoOf, type Keyframe, type Session } from './keyframe.ts';
import { judgeClaim, nameInUse } from './name-claim.ts';
import { type KeyframeStore, type PutCondition, type StoredHead, StoreError } from './store/port.ts';

/** Milliseconds that the announcement of a stream waits for its first keyframe. */
const announceDelay = 500;
/** Shortest push interval, milliseconds: R2 takes one write per second and key, then answers 429. */
export const minPushInterval = 1100;
/** Lease in milliseconds: three pushes may fail before a stream counts as gone, and it is never shorter than 30 s. */
const leaseLength = (pushInterval: number): number => Math.max(3 * pushInterval, 30_000);
/** First pause after a failed PUT and the longest one, milliseconds. */
const firstBackoff = 200;
const longestBackoff = 5000;

export interface WriterOptions {
	readonly store: KeyframeStore;
	readonly clock: Clock;
	/** 0 ≤ x < 1, for jitter. */
	readonly random: () => number;
	/** Milliseconds, at least {@link minPushInterval}. */
	readonly pushInterval: number;
	/** Condition of the first PUT, as `claimName` found it. */
	readonly condition: PutCondition;
	/** Whether a session is connected to this node; see `judgeClaim`. */
	readonly isOurs: (session: string) => boolean;
	/** Called once when the name is no longer ours; nothing is written after that. */
	readonly onLost: (reason: LivestillError) => void;
	/** Called for each failed store call, for counting. */
	readonly onFailure: (error: unknown) => void;
}

export interface KeyframeWriter {
	/** Takes a newer keyframe; an older one that was not written yet is forgotten. */
	offer(keyframe: Keyframe): void;
	/**
	 * Ends the session: the object becomes a tombstone. Resolves when that is written, when the name was lost, or when
	 * the lease has run out. Never rejects.
	 */
	end(): Promise<void>;
	/** PUTs that succeeded. */
	readonly pushes: number;
}

export const createKeyframeWriter = (session: Session, options: WriterOptions): KeyframeWriter => {
	const { store, clock, random, pushInterval, isOurs, onLost, onFailure } = options;
	const key = liveKey(session.name);
	const lease = leaseLength(pushInterval);
	const createdAt = clock.monotonic();

	let state: 'open' | 'ending' | 'closed' = 'open';
	let condition = options.condition;
	let pending: Keyframe | null = null;
	/** Newest keyframe that was written; meaningful once `pushedAt` is set. */
	let written: Keyframe | null = null;
	/** Start of the last PUT that succeeded, monotonic. */
	let pushedAt: number | null = null;
	let attempted = false;
	let busy = false;
	let failures = 0;
	let notBefore = 0;
	let pushes = 0;
	let cancelTimer = (): void => {};
	let resolveEnd = (): void => {};
	const ended = new Promise<void>((resolve) => {
		resolveEnd = resolve;
	});

	const close = (): void => {
		state = 'closed';
		pending = null;
		written = null;
		cancelTimer();
		resolveEnd();
	};

	const lose = (reason: LivestillError): void => {
		const wasOpen = state === 'open';
		close();
		if (wasOpen) onLost(reason);
	};

	/** When the next PUT may start, monotonic. */
	const dueAt = (): number => {
		if (state === 'ending') return notBefore;
		if (pushedAt === null) return Math.max(notBefore, pending === null ? createdAt + announceDelay : 0);
		if (pending === null) return Math.max(notBefore, pushedAt + lease / 3);
		// The first keyframe of an announced stream must not wait for a push interval that may be a minute.
		return Math.max(notBefore, pushedAt + (written === null ? minPushInterval : pushInterval));
	};

	const backOff = (): void => {
		const pause = Math.min(longestBackoff, firstBackoff * 2 ** failures);
		failures += 1;
		notBefore = clock.monotonic() + pause * (0.5 + random() / 2);
	};

	/** The object is not the one that we wrote last. Whose is it? */
	const reconcile = (head: StoredHead | null): void => {
		if (state === 'closed') return;
		if (head === null) condition = 'absent';
		else if (head.metadata.session === session.id) {
			// A PUT whose answer was lost did happen.
			condition = { etag: head.etag };
			if (state === 'ending' && parseMetadata(head.metadata).leaseUntil === 0) close();
		} else if (state === 'ending') close();
		else {
			const claim = judgeClaim(head, { now: clock.now(), node: session.node, isOurs });
			if (pushedAt === null && claim.kind === 'free') condition = claim.condition;
			else lose(nameInUse());
		}
	};

	const compose = (keyframe: Keyframe | null, now: number): KeyframeObject => {
		const info = infoOf(session, keyframe, now + lease);
		return state === 'ending' ? tombstone(info) : { info, body: bodyOf(session, keyframe) };
	};

	const put = async (): Promise<void> => {
		const startedAt = clock.monotonic();
		const keyframe = pending ?? written;
		const isTombstone = state === 'ending';
		const { info, body } = compose(keyframe, clock.now());
		const object = { body, contentType: objectContentType(info.codec), metadata: buildMetadata(info) };
		const etag = await store.put(key, object, condition);
		if (state === 'closed') return;
		if (isTombstone) {
			close();
			return;
		}
		condition = { etag };
		pushedAt = startedAt;
		written = keyframe;
		if (pending === keyframe) pending = null;
		failures = 0;
		notBefore = 0;
		pushes += 1;
	};

	const push = async (): Promise<void> => {
		busy = true;
		attempted = true;
		try {
			await put();
		} catch (error) {
			onFailure(error);
			backOff();
			if (error instanceof StoreError && error.failure === 'precondition-failed')
				await store.head(key).then(reconcile).catch(onFailure);
		}
		busy = false;
		step();
	};

	const step = (): void => {
		cancelTimer();
		if (state === 'closed') return;
		const now = clock.monotonic();
		const fence = (pushedAt ?? createdAt) + lease;
		if (now >= fence) {
			lose(new LivestillError('STORE_UNAVAILABLE', `the lease ran out: no write succeeded for ${lease} ms`));
			return;
		}
		if (state === 'ending' && !attempted) {
			close();
			return;
		}
		if (!busy && now >= dueAt()) void push();
		// While a PUT is in flight only the fence is waited for: a PUT may hang.
		const wakeAt = busy ? fence : Math.min(dueAt(), fence);
		cancelTimer = clock.after(wakeAt - now, step);
	};

	step();
	return {
		offer: (keyframe) => {
			if (state !== 'open') return;
			pending = keyframe;
			step();
		},
		end: () => {
			if (state === 'open') {
				state = 'ending';
				notBefore = 0;
				step();
			}
			return ended;
		},
		get pushes() {
			return pushes;
		},
	};
};
