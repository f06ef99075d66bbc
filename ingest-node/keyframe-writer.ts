/**
 * Keeps the object of one session up to date: the rules of the keyframe object's life, from the publish to the tombstone.
 *
 * - A stream without a keyframe is announced with codec `none`, after `announceDelay`; mostly the keyframe is earlier.
 * - One PUT in flight, one per push interval, always of the newest keyframe; nothing queues.
 * - Each PUT renews the lease; without new keyframes a heartbeat PUT of the last one does.
 * - Failures are back-pressure: the newest keyframe is tried again after a jittered, growing pause.
 * - Every PUT is conditional on the object being the one that we wrote last. When it is not, and the object is not ours,
 *   the name is lost.
 * - When the lease runs out unrenewed by the monotonic clock, the writer is fenced: the name may be somebody else's by now,
 *   with a body, and so an ETag, like ours. It writes no more until it has read whose object there is. The publisher stays;
 *   the name is claimed again as a new publisher would claim it.
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
import { createBackoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { bodyOf, infoOf, type Keyframe, type Session } from './keyframe.ts';
import { judgeClaim, nameInUse } from './name-claim.ts';
import { leaseLength, nextPush } from './push-schedule.ts';
import { type KeyframeStore, type PutCondition, type StoredHead, StoreError } from './store/port.ts';

export interface WriterOptions {
	readonly store: KeyframeStore;
	readonly clock: Clock;
	/** 0 ≤ x < 1, for jitter. */
	readonly random: () => number;
	/** Milliseconds, at least `minPushInterval`. */
	readonly pushInterval: number;
	/** Condition of the first PUT, as `claimName` found it. */
	readonly condition: PutCondition;
	/** Whether a session is connected to this node; see `judgeClaim`. */
	readonly isOurs: (session: string) => boolean;
	/** Called once when the name is no longer ours; nothing is written after that. */
	readonly onLost: (reason: LivestillError) => void;
	/** Called for each failed store call, for counting. */
	readonly onFailure: (error: unknown) => void;
	/** Called when a keyframe is in the store that was not there before. Must not throw. */
	readonly onWritten?: (keyframe: Keyframe) => void;
	/** Called with `true` when the lease has run out unrenewed, with `false` when the name is ours again. */
	readonly onFence?: (isFenced: boolean) => void;
}

export interface KeyframeWriter {
	/** Takes a newer keyframe; an older one that was not written yet is forgotten. */
	offer(keyframe: Keyframe): void;
	/** Takes the newest keyframe back: the object is to say "published, no keyframe yet" again. */
	withdraw(): void;
	/**
	 * Ends the session: the object becomes a tombstone. Resolves when that is written, when the name was lost, or when
	 * every lease that may have been written has run out. Never rejects.
	 */
	end(): Promise<void>;
	/** PUTs that succeeded. */
	readonly pushes: number;
	/** Keyframes that were never written: a newer one came first. */
	readonly superseded: number;
}

export const createKeyframeWriter = (session: Session, options: WriterOptions): KeyframeWriter => {
	const { store, clock, random, pushInterval, isOurs, onLost, onFailure, onWritten, onFence } = options;
	const key = liveKey(session.name);
	const lease = leaseLength(pushInterval);
	const createdAt = clock.monotonic();
	const backoff = createBackoff(clock, random);

	let state: 'open' | 'ending' | 'closed' = 'open';
	let condition = options.condition;
	let pending: Keyframe | null = null;
	/** The one that a PUT is under way with. */
	let inFlight: Keyframe | null = null;
	/** Newest keyframe that was written; meaningful once `pushedAt` is set. */
	let written: Keyframe | null = null;
	/** Start of the last PUT that succeeded, monotonic. */
	let pushedAt: number | null = null;
	/** Start of the last PUT of a lease, monotonic: it may have been carried out whatever came back. */
	let attemptedAt: number | null = null;
	/** The store has a keyframe that was withdrawn. */
	let isWithdrawn = false;
	let fenced = false;
	let busy = false;
	let pushes = 0;
	let superseded = 0;
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
		if (state === 'ending') return backoff.until;
		const hasNews = pending !== null || isWithdrawn;
		const scheduled = nextPush({ createdAt, pushedAt, hasNews, hasKeyframe: written !== null }, pushInterval);
		return Math.max(backoff.until, scheduled);
	};

	const leaseRanOut = (): boolean => pushedAt !== null && clock.monotonic() >= pushedAt + lease;

	/** Whose is the object that we have to replace? */
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
			// Whoever took the name while our lease lasted meant to have it.
			const mayClaim = pushedAt === null || leaseRanOut();
			if (mayClaim && claim.kind === 'free') condition = claim.condition;
			else if (mayClaim && claim.kind === 'wait') backoff.postpone(clock.monotonic() + claim.milliseconds);
			else lose(nameInUse());
		}
	};

	const setFenced = (isFenced: boolean): void => {
		if (fenced === isFenced) return;
		fenced = isFenced;
		onFence?.(isFenced);
	};

	const compose = (keyframe: Keyframe | null, now: number): KeyframeObject => {
		const info = infoOf(session, keyframe, now + lease);
		return state === 'ending' ? tombstone(info) : { info, body: bodyOf(session, keyframe) };
	};

	const put = async (): Promise<void> => {
		const startedAt = clock.monotonic();
		const keyframe = pending ?? written;
		const isTombstone = state === 'ending';
		if (!isTombstone) attemptedAt = startedAt;
		const { info, body } = compose(keyframe, clock.now());
		const object = { body, contentType: objectContentType(info.codec), metadata: buildMetadata(info) };
		inFlight = keyframe;
		const etag = await store.put(key, object, condition).finally(() => {
			inFlight = null;
		});
		if (state === 'closed') return;
		if (isTombstone) {
			close();
			return;
		}
		condition = { etag };
		pushedAt = startedAt;
		if (keyframe === null) isWithdrawn = false;
		const isNew = keyframe !== written;
		written = isWithdrawn ? null : keyframe;
		if (pending === keyframe) pending = null;
		backoff.reset();
		pushes += 1;
		if (!leaseRanOut()) setFenced(false);
		if (isNew && written !== null) onWritten?.(written);
	};

	const push = async (): Promise<void> => {
		busy = true;
		try {
			if (leaseRanOut()) {
				setFenced(true);
				reconcile(await store.head(key));
			}
			if (state !== 'closed' && clock.monotonic() >= backoff.until) await put();
		} catch (error) {
			onFailure(error);
			backoff.failed();
			if (error instanceof StoreError && error.failure === 'precondition-failed')
				await store.head(key).then(reconcile).catch(onFailure);
		}
		busy = false;
		step();
	};

	/** When there is nothing left to try for, monotonic. */
	const endOfHope = (): number => {
		if (state === 'ending') return (attemptedAt ?? createdAt) + lease;
		return pushedAt === null ? createdAt + lease : Number.POSITIVE_INFINITY;
	};

	const step = (): void => {
		cancelTimer();
		if (state === 'closed') return;
		const now = clock.monotonic();
		const hopeUntil = endOfHope();
		if (now >= hopeUntil) {
			lose(new LivestillError('STORE_UNAVAILABLE', `no write succeeded for ${lease} ms`));
			return;
		}
		if (state === 'ending' && attemptedAt === null) {
			close();
			return;
		}
		if (!busy && now >= dueAt()) void push();
		// While a call is in flight its end is what goes on; it may come too late for those who wait for ours.
		const wakeAt = busy ? hopeUntil : Math.min(dueAt(), hopeUntil);
		if (Number.isFinite(wakeAt)) cancelTimer = clock.after(wakeAt - now, step);
	};

	step();
	return {
		offer: (keyframe) => {
			if (state !== 'open') return;
			if (pending !== null && pending !== inFlight) superseded += 1;
			pending = keyframe;
			isWithdrawn = false;
			step();
		},
		withdraw: () => {
			if (state !== 'open') return;
			// What is on its way to the store will be in it.
			isWithdrawn ||= written !== null || busy;
			pending = null;
			written = null;
			step();
		},
		end: () => {
			if (state === 'open') {
				state = 'ending';
				backoff.reset();
				step();
			}
			return ended;
		},
		get pushes() {
			return pushes;
		},
		get superseded() {
			return superseded;
		},
	};
};
