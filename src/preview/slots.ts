/** Time in equal parts, for pictures of it at equal distances. Parts begin at multiples of their length since the epoch. */
import { LivestillError } from '../shared/errors.ts';
import {
	mostFrames,
	mostTiles,
	type SequenceQuery,
	snapInterval,
	usualFrames,
	usualTiles,
} from '../shared/preview/sequence-query.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { KeptEntry, KeyframeHistory } from '../store/ports.ts';

export interface Slots {
	/** Beginning of the first one, epoch milliseconds. */
	readonly from: number;
	/** Milliseconds of each. */
	readonly interval: number;
	readonly count: number;
}

/** End of the last one, epoch milliseconds. */
export const endOf = ({ from, interval, count }: Slots): number => from + interval * count;

const countRules = {
	animation: { name: 'frames', usual: usualFrames, most: mostFrames },
	sprite: { name: 'tiles', usual: usualTiles, most: mostTiles },
	cues: { name: 'tiles', usual: usualTiles, most: mostTiles },
} as const;

export type CountRule = (typeof countRules)[keyof typeof countRules];

export const countRuleOf = (kind: keyof typeof countRules): CountRule => countRules[kind];

/** Milliseconds between pictures of a stream that does not say how far its kept keyframes are apart. */
const usualSpacing = 10_000;

/**
 * The slots that a query means. Equal for equal queries at about the same time: pictures are shared by those who ask.
 *
 * @param spacing milliseconds between kept keyframes, 0: not known
 * @throws LivestillError `INVALID_PARAMETER` when there would be too many
 */
export const slotsOf = (
	{ from, to, interval: wanted, count }: SequenceQuery,
	rule: CountRule,
	{ spacing, now }: { readonly spacing: number; readonly now: number },
): Slots => {
	const number = count ?? rule.usual;
	const least = Math.max(1000, spacing || usualSpacing);
	const isBetween = from !== undefined && to !== undefined;
	// One more slot may be begun at each end of a range.
	const needed = isBetween ? Math.max(least, (to - from) / Math.max(1, number - 1)) : least;
	const interval = wanted ?? snapInterval(needed / 1000);
	const floor = (moment: number): number => Math.floor(moment / interval) * interval;
	const ceil = (moment: number): number => Math.ceil(moment / interval) * interval;
	if (from !== undefined && to === undefined) return { from: floor(from), interval, count: number };
	if (from === undefined) {
		const end = ceil(to ?? now);
		return { from: end - number * interval, interval, count: number };
	}
	const slots = { from: floor(from), interval, count: (ceil(to as number) - floor(from)) / interval };
	if (slots.count > rule.most)
		throw new LivestillError(
			'INVALID_PARAMETER',
			`interval: ${slots.count} pictures are between from and to, at most ${rule.most} are shown`,
		);
	return slots;
};

const pageSize = 1000;
/** Where more are in a slot than a list gives, all but the first are in vain. */
const fewEntries = 10;

/** How many to ask for after such entries: a list of many, or a few in each slot. */
const nextLimit = (entries: readonly KeptEntry[], interval: number): number => {
	const [first, last] = [entries[0], entries.at(-1)];
	if (first === undefined || last === undefined) return pageSize;
	const inSlot = (interval * (entries.length - 1)) / Math.max(1, last.capturedAt - first.capturedAt);
	return inSlot < pageSize ? pageSize : fewEntries;
};

/**
 * The first kept keyframe in each slot, `null` where there is none. One list call for a thousand kept keyframes, one after the other;
 * one for each slot, of a few entries, when each has more than that.
 *
 * @throws LivestillError `STORE_UNAVAILABLE`
 */
export const firstOfEach = async (
	history: KeyframeHistory,
	name: StreamName,
	{ from, interval, count }: Slots,
): Promise<readonly (KeptEntry | null)[]> => {
	const chosen: (KeptEntry | null)[] = Array.from({ length: count }, () => null);
	let limit = pageSize;
	for (let slot = 0; slot < count; ) {
		const entries = await history.list(name, from + slot * interval, limit);
		const slotOf = ({ capturedAt }: KeptEntry): number => Math.floor((capturedAt - from) / interval);
		for (const entry of entries) {
			const at = slotOf(entry);
			if (at >= count) return chosen;
			chosen[at] ??= entry;
		}
		const last = entries.at(-1);
		if (last === undefined || entries.length < limit) return chosen;
		slot = slotOf(last) + 1;
		limit = nextLimit(entries, interval);
	}
	return chosen;
};
