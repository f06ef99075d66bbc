/** What the Worker does for the requests of one stream: the rules of `src`, without bytes. */
import { freshFor, whileRevalidating } from '../../src/http/preview-headers.ts';
import { glanceLifetime } from '../../src/preview/glances.ts';
import type { Protocol } from '../../src/shared/keyframe-object.ts';
import { wish } from '../../src/snapshot/refresh.ts';
import { pictureLifetime } from '../../src/store/cache-api.ts';
import type { Publish } from './publish.ts';
import type { Publisher } from './publisher.ts';
import type { CostSettings } from './settings.ts';
import { noteAge, type Tally } from './tally.ts';

/** What is published under the name now. */
export interface Live {
	readonly publisher: Publisher;
	/** Advanced to the present. */
	readonly publish: Publish;
	readonly protocol: Protocol;
	/** Milliseconds between keyframes, as the object says. */
	readonly keyframeInterval: number;
}

export interface Edge {
	post(time: number, place: number, live: Live | null): void;
	/** @param known capture time of the keyframe that the client has. @returns that of the one that it has now */
	preview(time: number, place: number, live: Live | null, known: number | null): number | null;
}

interface Glance {
	readonly captured: number;
	readonly until: number;
}

interface FrontCopy extends Glance {
	/** Until when it is shown while a new one is fetched. */
	readonly spareUntil: number;
}

const options = { refresh: true };

/** Empty caches for one stream; counts into `tally`. */
export const createEdge = (settings: CostSettings, tally: Tally): Edge => {
	const { canRefresh, refreshAge, hasFrontCache, previewTtl } = settings;
	const { work } = tally;
	const glances = new Map<number, Glance>();
	const copies = new Map<number, FrontCopy>();
	const snapshots = new Map<number, Map<number, number>>();
	const previews = new Map<number, Map<number, number>>();

	/** Whether a picture is cached in a place; it is afterwards. */
	const find = (pictures: Map<number, Map<number, number>>, place: number, captured: number, time: number): boolean => {
		const here = pictures.get(place) ?? new Map<number, number>();
		pictures.set(place, here);
		if ((here.get(captured) ?? Number.NEGATIVE_INFINITY) > time) return true;
		here.set(captured, time + pictureLifetime * 1000);
		return false;
	};

	/** Reads the object. @returns the keyframe in it, or `null`: no live stream, or no keyframe yet */
	const read = (live: Live | null): number | null => {
		tally.gets += 1;
		const stored = live?.publish.stored ?? null;
		// Half a second at the beginning of a publish in which there is an announcement only: counted as not found, which is
		// cheaper than to wait for the keyframe, and too rare to matter.
		return stored === null || !Number.isFinite(stored) ? null : stored;
	};

	const refreshed = (captured: number, { protocol, publisher }: Live, time: number): number => {
		const wanted = canRefresh ? wish({ protocol, capturedAt: captured }, { askedAt: time, options }, refreshAge) : null;
		if (wanted === null) return captured;
		tally.calls += 1;
		const newest = publisher.newest(time);
		const { after } = wanted;
		if (after !== undefined && newest > after) return newest;
		return publisher.ask(time) ?? newest;
	};

	const runPreview = (time: number, place: number, live: Live | null, known: number | null): number | null => {
		const glance = glances.get(place);
		const isSeen = live !== null && glance !== undefined && time < glance.until;
		const captured = isSeen ? glance.captured : read(live);
		if (captured === null) {
			work.notFound += 1;
			return null;
		}
		if (!isSeen) glances.set(place, { captured, until: time + glanceLifetime });
		if (captured === known) work.previewKnown += 1;
		else if (find(previews, place, captured, time)) work.previewHit += 1;
		else work.previewMiss += 1;
		return captured;
	};

	return {
		post: (time, place, live) => {
			tally.posts += 1;
			const stored = read(live);
			if (stored === null || live === null) {
				work.notFound += 1;
				return;
			}
			const captured = refreshed(stored, live, time);
			if (find(snapshots, place, captured, time)) work.postHit += 1;
			else work.postMiss += 1;
			noteAge(tally, time - captured);
		},
		preview: (time, place, live, known) => {
			tally.previews += 1;
			const copy = hasFrontCache ? copies.get(place) : undefined;
			if (copy !== undefined && time < copy.spareUntil) tally.frontHits += 1;
			if (copy !== undefined && time < copy.until) return copy.captured;
			const isSpare = copy !== undefined && time < copy.spareUntil;
			if (isSpare) tally.renewals += 1;
			// The cache asks without a condition: who looks has what, the Worker does not know.
			const captured = runPreview(time, place, live, hasFrontCache ? null : known);
			if (hasFrontCache && captured !== null && live !== null) {
				const until = time + 1000 * (previewTtl ?? freshFor(live.keyframeInterval));
				copies.set(place, { captured, until, spareUntil: until + 1000 * whileRevalidating });
			} else if (!isSpare) copies.delete(place);
			return isSpare ? copy.captured : captured;
		},
	};
};
