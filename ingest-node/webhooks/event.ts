/** What webhooks tell. `docs/webhooks.md` is the specification of their bodies and changes in the same commit. */
import { randomUUID } from 'node:crypto';
import { previewPath } from '../../src/shared/preview/path.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import type { Keyframe, Session } from '../keyframe.ts';
import { elementaryLength } from '../unit.ts';

export const webhookEvents = ['stream.published', 'snapshot.created', 'stream.ended'] as const;
export type WebhookEventName = (typeof webhookEvents)[number];

/** The body of a webhook. Times are epoch milliseconds. */
export interface WebhookEvent {
	/** UUID; the same at every attempt. */
	readonly id: string;
	readonly event: WebhookEventName;
	readonly streamName: StreamName;
	/** Of a keyframe: its arrival. Of the end: when viewers find the stream no longer. */
	readonly timestamp: number;
	/** Of the coded picture; `null` where there is none. */
	readonly width: number | null;
	readonly height: number | null;
	/** Bytes of the keyframe. */
	readonly size: number | null;
	/** A preview of the stream as it is when it is asked for. */
	readonly url: string | null;
	/** `{session}-{sequence}`: names this keyframe in a preview's path. */
	readonly keyframe: string | null;
	/** UUID of the publish. */
	readonly session: string;
	readonly protocol: Session['protocol'];
	readonly publishedAt: number;
	/** Of `stream.ended`: why, for people. */
	readonly reason?: string;
}

const common = (event: WebhookEventName, session: Session) => ({
	id: randomUUID(),
	event,
	streamName: session.name,
});

const ofSession = ({ id, protocol, publishedAt }: Session) => ({ session: id, protocol, publishedAt });

/** An event about a stored keyframe. @param previews where previews are, without a slash at the end; `undefined`: not known */
export const keyframeEvent = (
	event: Exclude<WebhookEventName, 'stream.ended'>,
	session: Session,
	{ unit, capturedAt, sequence }: Keyframe,
	previews: string | undefined,
): WebhookEvent => ({
	...common(event, session),
	timestamp: capturedAt,
	width: unit.width,
	height: unit.height,
	size: elementaryLength(unit),
	url: previews === undefined ? null : previews + previewPath({ name: session.name, format: 'jpg', keyframe: null }),
	keyframe: `${session.id}-${sequence}`,
	...ofSession(session),
});

export const endEvent = (session: Session, timestamp: number, reason: string): WebhookEvent => ({
	...common('stream.ended', session),
	timestamp,
	...{ width: null, height: null, size: null, url: null, keyframe: null },
	...ofSession(session),
	reason,
});
