/**
 * Snapshots over the signalling, for both generations of clients: old ones read the picture from the status
 * SNAPSHOT_COMPLETE, those since 2022 from the event snapshotCompleted.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { parseStreamName, type StreamName } from '../../../src/shared/stream-name.ts';
import { failureInfo } from './failure-info.ts';
import { streamEvent, streamStatus } from './outgoing.ts';

/** Resolves to the PNG in base64. @throws LivestillError with the edge's code */
export type SnapshotTaker = (name: StreamName) => Promise<string>;

/** The same for a client with these credentials, a query string. @throws LivestillError `UNAUTHORIZED`, too */
type GuardedTaker = (name: StreamName, query: string) => Promise<string>;

export interface SnapshotReplies {
	/** Answers in the order of the requests of an id. */
	request(mediaSessionId: string, name: unknown, query: string): void;
}

export interface SnapshotRepliesOptions {
	readonly take: GuardedTaker;
	readonly send: (text: string) => void;
	/** Whether the id publishes or plays now: FAILED would end that. */
	readonly isLive: (mediaSessionId: string) => boolean;
	readonly onFault: (error: unknown) => void;
}

/** Snapshots of one connection that are under way: each holds an answer of megabytes. */
const maxPending = 8;

export const createSnapshotReplies = ({ take, send, isLive, onFault }: SnapshotRepliesOptions): SnapshotReplies => {
	/** Last answer that is under way for an id. */
	const last = new Map<string, Promise<void>>();
	let pending = 0;

	const succeed = (mediaSessionId: string, name: string, picture: string): void => {
		// The status first: it sets what getInfo() returns when the event comes.
		send(streamStatus({ mediaSessionId, name, status: 'SNAPSHOT_COMPLETE', info: picture }));
		send(streamEvent(mediaSessionId, 'snapshotCompleted', JSON.stringify({ snapshot: picture })));
	};

	const fail = (mediaSessionId: string, name: string, info: string): void => {
		// The event first: after FAILED the client hears no more of this id.
		send(streamEvent(mediaSessionId, 'snapshotFailed', JSON.stringify({ info })));
		if (!isLive(mediaSessionId)) send(streamStatus({ mediaSessionId, name, status: 'FAILED', info }));
	};

	const taken = async (name: unknown, query: string): Promise<string> => {
		if (pending > maxPending) throw new LivestillError('BUSY', `more than ${maxPending} snapshots are under way`);
		return take(parseStreamName(name), query);
	};

	return {
		request: (mediaSessionId, name, query) => {
			const label = typeof name === 'string' ? name.slice(0, 200) : '';
			pending += 1;
			const picture = taken(name, query);
			// The answer before this one may take longer.
			picture.catch(() => {});
			const before = last.get(mediaSessionId) ?? Promise.resolve();
			const done = before
				.then(() => picture)
				.then(
					(base64) => succeed(mediaSessionId, label, base64),
					(error: unknown) => {
						onFault(error);
						fail(mediaSessionId, label, failureInfo('snapshot', error));
					},
				)
				.finally(() => {
					pending -= 1;
					if (last.get(mediaSessionId) === done) last.delete(mediaSessionId);
				});
			last.set(mediaSessionId, done);
		},
	};
};
