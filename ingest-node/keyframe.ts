/** A keyframe of a stream as the hub keeps it and the writer stores it. */
import { type HistoryPolicy, type KeyframeInfo, noKeyframeBody, type Protocol } from '../src/shared/keyframe-object.ts';
import type { StreamName } from '../src/shared/stream-name.ts';
import { type AccessUnit, elementaryStream } from './unit.ts';

export interface Keyframe {
	/** `unit.keyframe` is true. */
	readonly unit: AccessUnit;
	/** Arrival, epoch milliseconds. */
	readonly capturedAt: number;
	/** Counter in the session, from 1. */
	readonly sequence: number;
	/** Milliseconds since the keyframe before, 0 for the first. */
	readonly interval: number;
}

/** One publish: what all of its objects say. */
export interface Session {
	readonly name: StreamName;
	/** UUID. */
	readonly id: string;
	readonly protocol: Protocol;
	/** Control URL of this node, or ''. */
	readonly node: string;
	/** Epoch milliseconds. */
	readonly publishedAt: number;
	/** What is kept of it; absent: nothing. */
	readonly history?: HistoryPolicy | undefined;
}

/** Metadata of the session's object while `keyframe` is its newest; `null`: there was none yet. */
export const infoOf = (session: Session, keyframe: Keyframe | null, leaseUntil: number): KeyframeInfo => ({
	codec: keyframe?.unit.codec ?? 'none',
	width: keyframe?.unit.width ?? 0,
	height: keyframe?.unit.height ?? 0,
	rotation: keyframe?.unit.rotation ?? 0,
	capturedAt: keyframe?.capturedAt ?? session.publishedAt,
	publishedAt: session.publishedAt,
	session: session.id,
	sequence: keyframe?.sequence ?? 0,
	protocol: session.protocol,
	node: session.node,
	leaseUntil,
	keyframeInterval: keyframe?.interval ?? 0,
	...(session.history !== undefined && { history: session.history }),
});

/** Body of the session's object while `keyframe` is its newest. A copy. */
export const bodyOf = (session: Session, keyframe: Keyframe | null): Uint8Array =>
	keyframe === null ? noKeyframeBody(session.id) : elementaryStream(keyframe.unit);
