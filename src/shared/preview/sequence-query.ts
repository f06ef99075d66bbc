/** The query of an animation or a storyboard, read and brought to one form: a stream has a bounded number of them. */
import type { AnswerKind } from './answer-kinds.ts';
import { defaultQuality, snapSide } from './ladder.ts';
import { type ParameterName, previewParameters } from './parameters.ts';
import { integer, moment, type PreviewOptions, parseOptions, readQuery, refuse, refuseStray } from './query.ts';

/** What a path of `sequence-path.ts` asks for. */
export type SequenceKind = Exclude<AnswerKind, 'picture'>;

export interface SequenceQuery {
	/** The box of a picture: the width is of the ladder, the height even. `undefined` as in previews. */
	readonly options: PreviewOptions;
	/** Beginning and end, epoch milliseconds; `undefined`: as the other one, the interval and the number have it. */
	readonly from: number | undefined;
	readonly to: number | undefined;
	/** Milliseconds from one picture to the next, of {@link intervals}; `undefined`: as far as keyframes are apart. */
	readonly interval: number | undefined;
	/** Number of pictures; `undefined`: the usual one. */
	readonly count: number | undefined;
	/** Milliseconds that a picture of an animation is shown. */
	readonly delay: number;
}

/** Seconds from one picture to the next; what is asked for is rounded up. */
export const intervals = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600] as const;

/** Largest side of a picture in a sequence, pixels. */
export const largestFrameSide = 640;

export const mostFrames = 50;
export const mostTiles = 100;
export const usualFrames = 10;
export const usualTiles = 25;
export const usualFps = 2;

const number = (name: 'interval' | 'fps', value: string | undefined): number | undefined => {
	if (value === undefined) return undefined;
	const { minimum, maximum } = previewParameters[name].schema;
	const read = /^[0-9]{1,4}(\.[0-9]{1,3})?s?$/.test(value) ? Number.parseFloat(value) : Number.NaN;
	return read >= minimum && read <= maximum ? read : refuse(name, `is not a number from ${minimum} to ${maximum}`);
};

/** Milliseconds of the next step for a number of seconds. */
export const snapInterval = (seconds: number): number =>
	1000 * (intervals.find((step) => step >= seconds) ?? (intervals.at(-1) as number));

const box = (values: ReadonlyMap<ParameterName, string>): PreviewOptions => {
	const options = parseOptions(values);
	for (const name of ['width', 'height'] as const)
		if (Number(values.get(name) ?? 0) > largestFrameSide)
			refuse(name, `of a picture among many is at most ${largestFrameSide}`);
	const height = integer('height', values.get('height')) || undefined;
	return { ...options, height: height === undefined ? undefined : height + (height % 2) };
};

/**
 * Reads a query, without `?`. Values of `exp`, `kid`, `prefix` and `sig` are for the signature's check.
 *
 * @throws LivestillError `INVALID_PARAMETER` that names the parameter
 */
export const parseSequenceQuery = (query: string, kind: SequenceKind): SequenceQuery => {
	const values = readQuery(query);
	refuseStray(values, kind);
	const [from, to] = [moment('from', values.get('from')), moment('to', values.get('to'))];
	if (from !== undefined && to !== undefined && from >= to) refuse('from', 'is not before to');
	const seconds = number('interval', values.get('interval'));
	const counted = kind === 'animation' ? 'frames' : 'tiles';
	const count = integer(counted, values.get(counted));
	if (count !== undefined && seconds !== undefined && from !== undefined && to !== undefined)
		refuse(counted, 'follows from from, to and interval');
	return {
		...{ options: box(values), from, to, count },
		interval: seconds === undefined ? undefined : snapInterval(seconds),
		delay: Math.round(1000 / (number('fps', values.get('fps')) ?? usualFps)),
	};
};

/** The parameters that bring about these options, but for the box. Sorted by name they are one form for one picture. */
export const shapeParameters = ({ fit, rotate, quality }: PreviewOptions): Record<string, string> => ({
	...(fit !== 'contain' && { fit }),
	...(rotate !== 0 && { rotate: String(rotate) }),
	...(quality !== undefined && quality !== defaultQuality && { quality: String(quality) }),
});

/** Width unless given, pixels. */
export const usualWidth = { animation: snapSide(320), sprite: snapSide(160), cues: snapSide(160) } as const;
