/**
 * Whether a publish may have a stream name, judged by the object under the name's key. One publisher per name, on all
 * nodes that share a store.
 */
import { LivestillError } from '../src/shared/errors.ts';
import { type KeyframeInfo, parseMetadata } from '../src/shared/keyframe-object.ts';
import { liveKey, type StreamName } from '../src/shared/stream-name.ts';
import { type Clock, delay } from './clock.ts';
import { type KeyframeStore, type PutCondition, type StoredHead, StoreError } from './store/port.ts';

/** Milliseconds by which the clocks of two nodes may differ: how long after its end a lease is still respected. */
export const leaseSkewMargin = 5000;

export type Claim =
	/** The name is free; the first PUT must carry this condition. */
	| { readonly kind: 'free'; readonly condition: PutCondition }
	/** The lease has run out, but its owner's clock may be late: look again after so many milliseconds. */
	| { readonly kind: 'wait'; readonly milliseconds: number }
	| { readonly kind: 'in-use' };

export interface ClaimContext {
	/** Epoch milliseconds. */
	readonly now: number;
	/** Our control URL, or '' when we have none. */
	readonly node: string;
	/** Whether a session UUID belongs to a publisher that is connected to this node. */
	readonly isOurs: (session: string) => boolean;
}

// Metadata of another format version, or damaged: its lease counts when it can be read at all.
const readable = (head: StoredHead): Pick<KeyframeInfo, 'leaseUntil' | 'node' | 'session'> => {
	try {
		return parseMetadata(head.metadata);
	} catch {
		const leaseUntil = Number(head.metadata['lease-until'] ?? 0);
		return { leaseUntil: Number.isSafeInteger(leaseUntil) ? leaseUntil : 0, node: '', session: '' };
	}
};

/** Judges a name by what `head` found under its key. Pure. */
export const judgeClaim = (head: StoredHead | null, { now, node, isOurs }: ClaimContext): Claim => {
	if (head === null) return { kind: 'free', condition: 'absent' };
	const free: Claim = { kind: 'free', condition: { etag: head.etag } };
	const holder = readable(head);
	if (holder.leaseUntil === 0) return free;
	// A control port is exclusive: an object with our URL and a session that we do not know is from our previous life.
	if (node !== '' && holder.node === node && !isOurs(holder.session)) return free;
	if (now < holder.leaseUntil) return { kind: 'in-use' };
	const milliseconds = holder.leaseUntil + leaseSkewMargin - now;
	return milliseconds > 0 ? { kind: 'wait', milliseconds } : free;
};

const headRetryDelays = [200, 800];

const headWithRetries = async (store: KeyframeStore, clock: Clock, name: StreamName): Promise<StoredHead | null> => {
	for (const pause of headRetryDelays) {
		try {
			return await store.head(liveKey(name));
		} catch (error) {
			if (!(error instanceof StoreError)) throw error;
			await delay(clock, pause);
		}
	}
	return store.head(liveKey(name));
};

export const nameInUse = (): LivestillError =>
	new LivestillError('STREAM_NAME_IN_USE', 'Stream name is already in use');

/**
 * Waits, when need be, for the end of a lease that has just run out, and resolves to the condition of the first PUT.
 *
 * @throws LivestillError `STREAM_NAME_IN_USE`, or `STORE_UNAVAILABLE` when the store does not answer three times
 */
export const claimName = async (
	name: StreamName,
	{ store, clock, ...context }: Omit<ClaimContext, 'now'> & { store: KeyframeStore; clock: Clock },
): Promise<PutCondition> => {
	const judge = async (): Promise<Claim> =>
		judgeClaim(await headWithRetries(store, clock, name), { ...context, now: clock.now() });
	let claim = await judge();
	if (claim.kind === 'wait') {
		await delay(clock, claim.milliseconds);
		claim = await judge();
	}
	if (claim.kind === 'free') return claim.condition;
	throw nameInUse();
};
