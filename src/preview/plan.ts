/** Which kept keyframes an animation or a storyboard shows, and how large: decided without a decoder, by one list call mostly. */
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { limits } from '../shared/limits.ts';
import type { SequencePath } from '../shared/preview/sequence-path.ts';
import { type SequenceQuery, usualWidth } from '../shared/preview/sequence-query.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { KeptEntry } from '../store/ports.ts';
import { boxOf, type FrameBox } from './frame-box.ts';
import { newestOf, nothingReadable, type PastTools, settled, spacingOf } from './past.ts';
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

/** The error of a time in which too little was kept. */
export const tooFew = (kind: SequencePath['kind'], count: number): LivestillError => {
	const needs = kind === 'animation' ? 'an animation needs two kept keyframes' : 'a storyboard needs a kept keyframe';
	return new LivestillError('FRAME_NOT_FOUND', `${needs}, there ${count === 1 ? 'is one' : 'are none'} in that time`);
};

const infoOfKept = async ({ history }: PastTools, name: StreamName, time: number): Promise<KeyframeInfo | null> => {
	const stored = await history.kept(name, time).catch(nothingReadable);
	stored?.discard();
	return stored?.info ?? null;
};

type Chosen = Pick<SequencePlan, 'slots' | 'chosen'>;

/**
 * What may be decoded for one answer: all, or an error when the request has said how many pictures; else as many as may be, from
 * its beginning or, without one, from its end.
 */
const affordable = ({ slots, chosen }: Chosen, { count, from, to }: SequenceQuery, name: string): Chosen => {
	const sizes = chosen.map((entry) => entry?.size ?? 0);
	let bytes = sizes.reduce((sum, size) => sum + size, 0);
	if (bytes <= limits.sequenceBytes) return { slots, chosen };
	if (count !== undefined || (from !== undefined && to !== undefined))
		throw new LivestillError(
			'INVALID_PARAMETER',
			`${name}: the keyframes of ${chosen.filter(isKept).length} pictures have ${bytes} bytes, at most ${limits.sequenceBytes} are decoded at once`,
		);
	let left = 0;
	let right = sizes.length;
	while (bytes > limits.sequenceBytes) bytes -= sizes[from === undefined ? left++ : --right] as number;
	const { interval } = slots;
	return {
		slots: { from: slots.from + left * interval, interval, count: right - left },
		chosen: chosen.slice(left, right),
	};
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
	const rule = countRuleOf(kind);
	const asked = slotsOf(query, rule, { spacing: spacingOf(newest?.info ?? null), now });
	const found = await firstOfEach(tools.history, name, asked);
	const { slots, chosen } = affordable({ slots: asked, chosen: found }, query, rule.name);
	const entries = chosen.filter(isKept);
	const [first] = entries;
	const last = entries.at(-1);
	if (first === undefined || last === undefined || (kind === 'animation' && entries.length < 2))
		throw tooFew(kind, entries.length);
	const { options } = query;
	const isSized = options.width !== undefined && options.height !== undefined;
	const box = boxOf(options, isSized ? null : await infoOfKept(tools, name, first.capturedAt), usualWidth[kind]);
	return { slots, chosen, box, capturedAt: last.capturedAt, isFinal: endOf(slots) + settled <= now };
};
