import { isLossy } from '../shared/preview/format.ts';
import { type SequencePath, sequenceFormatOf } from '../shared/preview/sequence-path.ts';
import { type SequenceQuery, shapeParameters } from '../shared/preview/sequence-query.ts';
import type { SequencePlan } from './plan.ts';

/** A name made of a text: 160 bits of its SHA-256 in hexadecimal. */
export const digestName = async (text: string): Promise<string> => {
	const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
	return new Uint8Array(digest).toHex().slice(0, 40);
};

/**
 * Name of an answer: the keyframes in it and everything that shapes it. A kept keyframe is named by its stream and its time and
 * never changes. Safe in URLs and ETags.
 */
export const sequenceKey = async (path: SequencePath, query: SequenceQuery, plan: SequencePlan): Promise<string> => {
	const { slots, chosen, box } = plan;
	const delay = path.kind === 'animation' ? query.delay : 0;
	const hasQuality = path.kind === 'sprite' && isLossy(path.format);
	const shape = shapeParameters(hasQuality ? query.options : { ...query.options, quality: undefined });
	const identity = [path.name, sequenceFormatOf(path), slots, chosen, box, shape, delay];
	return digestName(JSON.stringify(identity));
};
