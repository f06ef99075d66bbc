import type { PublishTarget } from '../../../ingest-node/protocols/rtmp/publish-name.ts';
import { createRtmpSession, type RtmpSession } from '../../../ingest-node/protocols/rtmp/session.ts';
import type { AccessUnit } from '../../../ingest-node/unit.ts';

export interface Replay {
	readonly session: RtmpSession;
	readonly targets: PublishTarget[];
	readonly units: AccessUnit[];
	readonly discards: string[];
	readonly sent: Uint8Array[];
	/** Kinds of all events but `send`, in order. */
	readonly kinds: string[];
	/** Feeds more bytes. */
	feed(bytes: Uint8Array): void;
}

/** A session that accepts any publish, and a record of what it does. */
export const createReplay = (): Replay => {
	const session = createRtmpSession((bytes) => bytes.fill(7));
	const replay: Replay = {
		session,
		targets: [],
		units: [],
		discards: [],
		sent: [],
		kinds: [],
		feed: (bytes) => {
			for (const event of session.receive(bytes)) {
				if (event.kind !== 'send') replay.kinds.push(event.kind);
				if (event.kind === 'send') replay.sent.push(event.bytes);
				if (event.kind === 'unit') replay.units.push(event.unit);
				if (event.kind === 'discard') replay.discards.push(event.reason);
				if (event.kind === 'publish') {
					replay.targets.push(event.target);
					replay.sent.push(session.acceptPublish());
				}
			}
		},
	};
	return replay;
};

/** Feeds `bytes` cut at the given lengths, which are repeated as long as there are bytes. */
export const replayInPortions = (bytes: Uint8Array, lengths: readonly number[]): Replay => {
	const replay = createReplay();
	for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
		const length = lengths[turn % lengths.length] ?? bytes.length;
		replay.feed(bytes.subarray(at, at + length));
		at += length;
	}
	return replay;
};
