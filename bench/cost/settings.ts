/** The knobs. Times in milliseconds unless they say otherwise. */
import type { HistoryPolicy, Protocol } from '../../src/shared/keyframe-object.ts';

/** How livestill is set up. */
interface Setup {
	/** `PUSH_INTERVAL` */
	readonly pushInterval: number;
	/** `SNAPSHOT_MAX_AGE`; `undefined`: what suits the protocol. */
	readonly refreshAge: number | undefined;
	/** The edge may ask the ingest nodes: `CONTROL_KEY` and `CONTROL_URL` are set. */
	readonly canRefresh: boolean;
	/** Workers Cache in front of previews, as `docs/deploy.md` describes it. */
	readonly hasFrontCache: boolean;
	/** Seconds that previews are fresh in that cache; `undefined`: what the code says, about the keyframe interval. */
	readonly previewTtl: number | undefined;
	/** `HISTORY_INTERVAL` and `HISTORY_RETENTION`; `null`: nothing is kept. */
	readonly history: HistoryPolicy | null;
	/** `HISTORY_SWEEP`: ingest nodes delete what is too old; else a lifecycle rule of the bucket does. */
	readonly isSwept: boolean;
}

/** What is published. */
interface Fleet {
	readonly streams: number;
	/** Shares of the streams; together 1. */
	readonly protocols: Readonly<Record<Protocol, number>>;
	/** From one keyframe to the next of RTMP and RTSP publishers. */
	readonly keyframeInterval: number;
	readonly keyframeBytes: number;
	/** Part of the time that a name is not published, 0 to below 1. Requests come all the same. */
	readonly deadShare: number;
	/** Mean length of a publish. */
	readonly publishLength: number;
	readonly streamsPerNode: number;
}

/** What is asked for, means over all streams. */
interface Demand {
	/** `POST`s for a stream, an hour. */
	readonly postsPerHour: number;
	/** Visits to a page with the stream's preview, an hour; how long each lasts, and how often the page looks for a new picture. */
	readonly visitsPerHour: number;
	readonly visitLength: number;
	readonly visitInterval: number;
	/** Data centres that the requests for a stream come to. Each has an isolate with a memory of its own. */
	readonly places: number;
	/** σ of the logarithm of a stream's share of the demand: 0, all alike; at 1 the top 1 % get 9 % of it. */
	readonly skew: number;
}

export interface CostSettings extends Setup, Fleet, Demand {}

const minute = 60_000;

/** What the scenarios differ from: a snapshot every ten minutes, and a preview that somebody looks at 2 % of the time. */
export const usual: CostSettings = {
	pushInterval: 2 * minute,
	refreshAge: undefined,
	canRefresh: true,
	hasFrontCache: false,
	previewTtl: undefined,
	history: null,
	isSwept: true,
	streams: 100_000,
	protocols: { webrtc: 0.4, rtmp: 0.4, rtsp: 0.2 },
	keyframeInterval: 1000,
	keyframeBytes: 59_000,
	deadShare: 0,
	publishLength: 120 * minute,
	streamsPerNode: 300,
	postsPerHour: 6,
	visitsPerHour: 1.2,
	visitLength: minute,
	visitInterval: 5000,
	places: 3,
	skew: 1,
};
