/** From what happens to streams to events: which are sent, and how often. */
import type { Clock } from '../clock.ts';
import type { Keyframe, Session } from '../keyframe.ts';
import { endEvent, keyframeEvent, type WebhookEvent } from './event.ts';
import type { WebhookConfig } from './webhook-config.ts';

export interface Notifier {
	/** A keyframe is in the store. */
	stored(session: Session, keyframe: Keyframe): void;
	/** Viewers find the stream no longer. A stream that they never found has no end for them. */
	gone(session: Session, reason: string): void;
}

export type NotifierConfig = Pick<WebhookConfig, 'events' | 'snapshotInterval' | 'previews'>;

/** @param send takes an event for all receivers */
export const createNotifier = (
	{ events, snapshotInterval, previews }: NotifierConfig,
	clock: Clock,
	send: (event: WebhookEvent) => void,
): Notifier => {
	/** When the last snapshot of a session was told of, monotonic. */
	const toldAt = new Map<string, number>();
	const wanted = new Set(events);
	const offer = (event: WebhookEvent): void => {
		if (wanted.has(event.event)) send(event);
	};
	return {
		stored: (session, keyframe) => {
			const now = clock.monotonic();
			const last = toldAt.get(session.id);
			if (last !== undefined && now - last < snapshotInterval) return;
			toldAt.set(session.id, now);
			if (last === undefined) offer(keyframeEvent('stream.published', session, keyframe, previews));
			offer(keyframeEvent('snapshot.created', session, keyframe, previews));
		},
		gone: (session, reason) => {
			if (toldAt.delete(session.id)) offer(endEvent(session, clock.now(), reason));
		},
	};
};
