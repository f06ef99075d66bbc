/** Which kept keyframes an animation or a storyboard shows, and how large: decided without a decoder, by one list call mostly. */
import { LivestillError } from '../shared/errors.ts';
import { settled } from '../shared/history-key.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { limits } from '../shared/limits.ts';
import type { SequencePath } from '../shared/preview/sequence-path.ts';
import { type SequenceQuery, usualWidth } from '../shared/preview/sequence-query.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { KeptEntry } from '../store/ports.ts';
import { decodingCost } from './decoding-cost.ts';
import { boxOf, type FrameBox } from './frame-box.ts';
import { newestOf, nothingReadable, type PastTools, spacingOf } from './past.ts';
import { countRuleOf, endOf, firstOfEach, type Slots, slotsOf } from './slots.ts';

export interface PlanTools extends PastTools {
	/** Epoch milliseconds. */
	readonly now: () => number;
}

export interface SequenceRequest {
	readonly path: SequencePath;
	readonly query: SequenceQuery;
}

/** Which keyframes an answer shows, and where. */
export interface SequencePlan {
	readonly slots: Slots;
	/** The keyframe in each slot, `null`: there is none. */
	readonly chosen: readonly (KeptEntry | null)[];
	readonly box: FrameBox;
	/** Of the last keyframe. */
	readonly capturedAt: number;
	/** Whether no keyframe can come into the slots any more. */
	readonly isFinal: boolean;
}

export const isKept = (entry: KeptEntry | null): entry is KeptEntry => entry !== null;

/** Keyframes that an answer needs. */
const fewest = { animation: 2, sprite: 1, cues: 1 } as const;

/** The error of a time in which too little was kept. */
export const tooFew = (kind: SequencePath['kind'], count: number): LivestillError => {
	const needs = kind === 'animation' ? 'an animation needs two kept keyframes' : 'a storyboard needs a kept keyframe';
	return new LivestillError('FRAME_NOT_FOUND', `${needs}, there ${count === 1 ? 'is one' : 'are none'} in that time`);
};

/** The error of keyframes so large that too few of them may be decoded for one answer. */
const tooLarge = (kind: SequencePath['kind']): LivestillError =>
	new LivestillError(
		'FRAME_TOO_LARGE',
		`${fewest[kind] === 1 ? 'a keyframe' : 'two keyframes'} of that time would be more than is decoded at once: ${limits.sequenceBytes} bytes and ${limits.sequenceSamples} samples`,
	);

const infoOfKept = async ({ history }: PastTools, name: StreamName, time: number): Promise<KeyframeInfo | null> => {
	const stored = await history.kept(name, time).catch(nothingReadable);
	stored?.discard();
	return stored?.info ?? null;
};

type Chosen = Pick<SequencePlan, 'slots' | 'chosen'>;

/** Whether the request has not said how many pictures it wants. */
export const isFree = ({ count, from, to }: SequenceQuery): boolean =>
	count === undefined && (from === undefined || to === undefined);

/**
 * Part of the limits that a list of tiles uses, and whoever takes what he gets: there is room for the keyframes that come into the
 * last slots before somebody asks for the sprite.
 */
const careful = 0.8;

/** What one answer may cost: samples of each keyframe, weighed, and the part of the limits that may be used. */
interface Budget {
	readonly samples: number;
	readonly part: number;
}

const isAffordable = (chosen: Chosen['chosen'], { samples, part }: Budget): boolean => {
	const kept = chosen.filter(isKept);
	const bytes = kept.reduce((sum, { size }) => sum + size, 0);
	return bytes <= part * limits.sequenceBytes && kept.length * samples <= part * limits.sequenceSamples;
};

/**
 * What may be decoded for one answer: all, or an error when the request has said how many pictures; else as many as may be, from
 * its beginning or, without one, from its end.
 */
const affordable = (all: Chosen, query: SequenceQuery, budget: Budget, name: string): Chosen => {
	if (isAffordable(all.chosen, budget)) return all;
	if (!isFree(query))
		throw new LivestillError(
			'INVALID_PARAMETER',
			`${name}: ${all.chosen.filter(isKept).length} keyframes of this size are more than are decoded at once: ${limits.sequenceBytes} bytes and ${limits.sequenceSamples} samples`,
		);
	let { slots, chosen } = all;
	while (!isAffordable(chosen, budget)) {
		chosen = query.from === undefined ? chosen.slice(1) : chosen.slice(0, -1);
		const from = query.from === undefined ? slots.from + slots.interval : slots.from;
		slots = { ...slots, from, count: chosen.length };
	}
	return { slots, chosen };
};

/**
 * Without the empty slots at the beginning, unless the request has said where that is: a stream that has just begun has no
 * time before.
 */
const begun = ({ slots, chosen }: Chosen, { from, interval }: SequenceQuery): Chosen => {
	const empty = chosen.findIndex(isKept);
	if (from !== undefined || interval !== undefined || empty <= 0) return { slots, chosen };
	const left = { ...slots, from: slots.from + empty * slots.interval, count: slots.count - empty };
	return { slots: left, chosen: chosen.slice(empty) };
};

/** @throws LivestillError `FRAME_NOT_FOUND` when too little is kept, `FRAME_TOO_LARGE`, `INVALID_PARAMETER`, `STORE_UNAVAILABLE`, `OBJECT_INVALID` */
export const planSequence = async (
	{ path: { name, kind }, query }: SequenceRequest,
	tools: PlanTools,
): Promise<SequencePlan> => {
	const now = tools.now();
	const isPinned = query.interval !== undefined;
	const newest = isPinned ? null : await newestOf(tools, name);
	newest?.discard();
	const rule = countRuleOf(kind);
	const asked = slotsOf(query, rule, { spacing: spacingOf(newest?.info ?? null), now });
	const found = await firstOfEach(tools.history, name, asked);
	const earliest = found.find(isKept);
	if (earliest === undefined) throw tooFew(kind, 0);
	const { options } = query;
	const isSized = options.width !== undefined && options.height !== undefined;
	const info = isSized && !isFree(query) ? null : await infoOfKept(tools, name, earliest.capturedAt);
	const part = kind === 'cues' || isFree(query) ? careful : 1;
	const budget = { samples: info === null ? 0 : decodingCost(info), part };
	const { slots, chosen } = begun(affordable({ slots: asked, chosen: found }, query, budget, rule.name), query);
	const entries = chosen.filter(isKept);
	const last = entries.at(-1);
	if (last === undefined || entries.length < fewest[kind]) {
		const count = found.filter(isKept).length;
		throw count < fewest[kind] ? tooFew(kind, count) : tooLarge(kind);
	}
	const box = boxOf(options, info, usualWidth[kind]);
	return { slots, chosen, box, capturedAt: last.capturedAt, isFinal: endOf(slots) + settled <= now };
};
