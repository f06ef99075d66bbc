/** What happened in a simulation, counted. */
import type { Usage } from './prices.ts';
import { workerTime } from './worker-time.ts';

/** Kinds of work of the Worker, as its processor time is known. */
export type Work = keyof typeof workerTime;

/** Milliseconds of a bucket of {@link Tally.ages}, and the number of buckets; the last one has all that is older. */
const ageStep = 50;
const ageSteps = 20_000;

export interface Tally {
	/** Requests by what the Worker did for them. */
	readonly work: Record<Work, number>;
	/** Previews that the cache in front answered; the Worker did not run for them. */
	frontHits: number;
	/** Runs of the Worker that no client waits for: the cache in front renews its copy. */
	renewals: number;
	/** `POST`s that gave a picture, by the age of the keyframe when the request arrived. */
	readonly ages: Float64Array;
	/** The greatest of these ages. */
	oldest: number;
	posts: number;
	previews: number;
	/** Objects written: announcements, keyframes, heartbeats, tombstones. */
	puts: number;
	historyPuts: number;
	gets: number;
	heads: number;
	/** Calls to ingest nodes. Cloudflare does not charge for them. */
	calls: number;
	publishes: number;
	/** Milliseconds that streams were published, all together. */
	liveTime: number;
}

export const createTally = (): Tally => ({
	work: { postMiss: 0, postHit: 0, previewMiss: 0, previewHit: 0, previewKnown: 0, notFound: 0 },
	frontHits: 0,
	renewals: 0,
	ages: new Float64Array(ageSteps + 1),
	oldest: 0,
	posts: 0,
	previews: 0,
	puts: 0,
	historyPuts: 0,
	gets: 0,
	heads: 0,
	calls: 0,
	publishes: 0,
	liveTime: 0,
});

/** A `POST` gave a picture of that age, milliseconds; one of after the request has age 0. */
export const noteAge = (tally: Tally, age: number): void => {
	const step = Math.min(ageSteps, Math.ceil(Math.max(0, age) / ageStep));
	tally.ages[step] = (tally.ages[step] ?? 0) + 1;
	tally.oldest = Math.max(tally.oldest, age);
};

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

/** Part of the pictures that were at most so old, a multiple of 50 ms; 1 when there were none. */
export const shareWithin = ({ ages }: Tally, age: number): number =>
	sum(ages) === 0 ? 1 : sum(ages.subarray(0, age / ageStep + 1)) / sum(ages);

/** Milliseconds of the Worker's processor. */
const cpuOf = ({ work }: Tally): number =>
	sum((Object.keys(work) as Work[]).map((kind) => work[kind] * workerTime[kind]));

/** Runs of the Worker. */
export const runsOf = ({ work }: Tally): number => sum(Object.values(work));

export interface Circumstances {
	/** Simulated milliseconds. */
	readonly duration: number;
	/** Streams for each that was simulated. */
	readonly scale: number;
	readonly keyframeBytes: number;
	/** Milliseconds that a kept keyframe stays; 0: none is kept. */
	readonly retention: number;
	/** Lists of the sweeps of kept keyframes, a month. */
	readonly listsPerMonth: number;
}

export const month = 30 * 24 * 3_600_000;

/** The tally as a month of 30 days that goes on like this. */
export const monthlyUsage = (tally: Tally, circumstances: Circumstances): Usage => {
	const { duration, scale, keyframeBytes, retention, listsPerMonth } = circumstances;
	const months = (scale * month) / duration;
	const liveObjects = (scale * tally.liveTime) / duration;
	const keptObjects = ((scale * tally.historyPuts) / duration) * retention;
	return {
		classA: (tally.puts + tally.historyPuts) * months + listsPerMonth,
		classB: (tally.gets + tally.heads) * months,
		storedGigabytes: ((liveObjects + keptObjects) * keyframeBytes) / 1e9,
		// Whoever renews a copy in the background is no request of a client.
		requests: (tally.posts + tally.previews) * months,
		cpu: cpuOf(tally) * months,
	};
};
