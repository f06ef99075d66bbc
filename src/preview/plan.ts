/** Which kept keyframes an animation or a storyboard shows, and how large: decided without a decoder, by one list call mostly. */
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import type { SequencePath } from '../shared/preview/sequence-path.ts';
import { type SequenceQuery, usualWidth } from '../shared/preview/sequence-query.ts';
import type { StreamName } from '../shared/stream-name.ts';
import { boxOf, type FrameBox } from './frame-box.ts';
import { newestOf, type PastTools, settled, spacingOf } from './past.ts';
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
	/** Capture time of the keyframe in each slot, `null`: there is none. */
	readonly chosen: readonly (number | null)[];
	readonly box: FrameBox;
	/** Of the last keyframe. */
	readonly capturedAt: number;
	/** Whether no keyframe can come into the slots any more. */
	readonly isFinal: boolean;
}

export const isTime = (time: number | null): time is number => time !== null;

/** The error of a time in which too little was kept. */
export const tooFew = (kind: SequencePath['kind'], count: number): LivestillError => {
	const needs = kind === 'animation' ? 'an animation needs two kept keyframes' : 'a storyboard needs a kept keyframe';
	return new LivestillError('FRAME_NOT_FOUND', `${needs}, there ${count === 1 ? 'is one' : 'are none'} in that time`);
};

const infoOfKept = async ({ history }: PastTools, name: StreamName, time: number): Promise<KeyframeInfo | null> => {
	const stored = await history.kept(name, time);
	stored?.discard();
	return stored?.info ?? null;
};

/** @throws LivestillError `FRAME_NOT_FOUND` when too little is kept, `INVALID_PARAMETER`, `STORE_UNAVAILABLE`, `OBJECT_INVALID` */
export const planSequence = async (
	{ path: { name, kind }, query }: SequenceRequest,
	tools: PlanTools,
): Promise<SequencePlan> => {
	const now = tools.now();
	const isPinned = query.interval !== undefined;
	const newest = isPinned ? null : await newestOf(tools, name);
	newest?.discard();
	const slots = slotsOf(query, countRuleOf(kind), { spacing: spacingOf(newest?.info ?? null), now });
	const chosen = await firstOfEach(tools.history, name, slots);
	const times = chosen.filter(isTime);
	const [first] = times;
	const last = times.at(-1);
	if (first === undefined || last === undefined || (kind === 'animation' && times.length < 2))
		throw tooFew(kind, times.length);
	const { options } = query;
	const isSized = options.width !== undefined && options.height !== undefined;
	const box = boxOf(options, isSized ? null : await infoOfKept(tools, name, first), usualWidth[kind]);
	return { slots, chosen, box, capturedAt: last, isFinal: endOf(slots) + settled <= now };
};
