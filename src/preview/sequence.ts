/**
 * The use case: many kept keyframes in one answer, an animation or the sprite of a storyboard. Which ones is decided by
 * lists of the store, one mostly, so that a client that has the answer, or a cache, costs no decode.
 */
import type { Decoder } from '../decoder/index.ts';
import type { StartAnimation } from '../image/apng.ts';
import type { RgbaImage } from '../image/rgba-image.ts';
import type { Sprite, SpriteLayout } from '../image/sprite.ts';
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { limits } from '../shared/limits.ts';
import { mediaTypeOf } from '../shared/preview/format.ts';
import { defaultQuality } from '../shared/preview/ladder.ts';
import type { PreviewOptions } from '../shared/preview/query.ts';
import { checkSize } from '../snapshot/acceptable.ts';
import type { FailureMemory } from '../snapshot/failure-memory.ts';
import { keyframeKey } from '../snapshot/options.ts';
import type { Stopwatch } from '../snapshot/stopwatch.ts';
import type { CachedPicture, PictureCache, StoredKeyframe } from '../store/ports.ts';
import { decodingCost } from './decoding-cost.ts';
import { fitOptions, type PreviewImaging } from './draw.ts';
import { checkPixels } from './frame-box.ts';
import {
	isFree,
	isKept,
	type PlanTools,
	planSequence,
	type SequencePlan,
	type SequenceRequest,
	tooFew,
} from './plan.ts';
import { readAhead } from './read-ahead.ts';
import { sequenceKey } from './sequence-key.ts';
import { countRuleOf } from './slots.ts';
import { spriteLayout } from './storyboard.ts';

export interface SequenceImaging extends PreviewImaging {
	readonly startAnimation: StartAnimation;
	readonly createSprite: (layout: SpriteLayout) => Sprite;
}

export interface SequenceTools extends PlanTools {
	readonly decoder: Decoder;
	readonly imaging: SequenceImaging;
	readonly pictures: PictureCache;
	readonly failures: FailureMemory;
}

export interface TakeSequenceRequest extends SequenceRequest {
	/** Whether the client has the answer of that ETag already. */
	readonly has: (etag: string) => boolean;
}

export interface Sequence extends Pick<SequencePlan, 'slots' | 'capturedAt' | 'isFinal'> {
	readonly etag: string;
	/** `null`: the client has it. */
	readonly picture: CachedPicture | null;
}

/**
 * @throws LivestillError `FRAME_NOT_FOUND` when too little is kept, `INVALID_PARAMETER`, `STORE_UNAVAILABLE`, and what decoding
 * throws when no picture is left
 */
export type TakeSequence = (request: TakeSequenceRequest, stopwatch: Stopwatch) => Promise<Sequence>;

/** Refuses what would take too long, before it does: keyframes of a stream are mostly of one size. */
const checkSamples = (info: KeyframeInfo, count: number, name: string): void => {
	const { codec, width, height } = info;
	const most = Math.floor(limits.sequenceSamples / Math.max(1, decodingCost(info)));
	if (count > most)
		throw new LivestillError(
			'INVALID_PARAMETER',
			`${name}: ${count} pictures of ${width} × ${height} in ${codec} are more than are decoded at once, at most ${most}`,
		);
};

export const createSequenceTaker = (tools: SequenceTools): TakeSequence => {
	const { decoder, imaging, pictures, failures, history } = tools;

	const drawFrame = async (
		stored: StoredKeyframe,
		options: PreviewOptions,
		stopwatch: Stopwatch,
	): Promise<RgbaImage> => {
		const { info, size } = stored;
		const failure = failures.get(keyframeKey(info));
		if (failure !== null) throw failure;
		if (info.codec === 'none') throw new LivestillError('OBJECT_INVALID', 'a kept object has no keyframe');
		const { codec } = info;
		checkSize(size);
		const body = await stopwatch.measureAsync('fetch', () => stored.read());
		try {
			const picture = stopwatch.measure('decode', () => decoder.decode(codec, body));
			return stopwatch.measure('convert', () => {
				// All pixels now: before they are used, another request may decode into the same planes.
				const { data, width, height } = imaging.toRgba(picture, fitOptions(info, options, 'jpg'));
				return { data, width, height };
			});
		} catch (error) {
			failures.note(keyframeKey(info), error);
			throw error;
		}
	};

	/** Draws the keyframes one by one; those that are damaged or gone are left out, unless all are. */
	const drawAll = async (
		{ path, query }: SequenceRequest,
		{ chosen, box }: SequencePlan,
		use: (slot: number, image: RgbaImage) => void,
		stopwatch: Stopwatch,
	): Promise<number> => {
		const slots = chosen.flatMap((entry, slot) => (entry === null ? [] : [slot]));
		const times = chosen.filter(isKept).map(({ capturedAt }) => capturedAt);
		const options = { ...query.options, ...box };
		let samples = 0;
		let drawn = 0;
		let index = 0;
		let firstError: unknown;
		for await (const stored of readAhead(history, path.name, times)) {
			const slot = slots[index++] as number;
			if (stored === null) continue;
			const { info } = stored;
			if (index === 1 && !isFree(query)) checkSamples(info, times.length, countRuleOf(path.kind).name);
			samples += decodingCost(info);
			// The stream is larger than it was at the beginning, which its list does not tell: what is there by now will do.
			if (samples > limits.sequenceSamples) break;
			try {
				use(slot, await drawFrame(stored, options, stopwatch));
				drawn += 1;
			} catch (error) {
				if (!(error instanceof LivestillError) || error.code === 'STORE_UNAVAILABLE') throw error;
				firstError ??= error;
			}
		}
		if (drawn === 0 && firstError !== undefined) throw firstError;
		return drawn;
	};

	const animate = async (
		request: SequenceRequest,
		plan: SequencePlan,
		stopwatch: Stopwatch,
	): Promise<CachedPicture> => {
		const { box, capturedAt } = plan;
		const animation = imaging.startAnimation(box.width, box.height);
		const add = (_slot: number, image: RgbaImage): void => {
			// A frame of another shape, or smaller than asked for, is shown in the middle.
			const { place, image: framed } = imaging.createSprite({ columns: 1, rows: 1, ...box });
			place(0, image);
			stopwatch.measure('encode', () => animation.add(framed.data));
		};
		const drawn = await drawAll(request, plan, add, stopwatch);
		if (drawn < 2) throw tooFew('animation', drawn);
		const bytes = stopwatch.measure('encode', () => animation.finish(request.query.delay));
		return { bytes, type: 'image/apng', ...box, capturedAt };
	};

	const paint = async (request: SequenceRequest, plan: SequencePlan, stopwatch: Stopwatch): Promise<CachedPicture> => {
		const { path, query } = request;
		const sprite = imaging.createSprite(spriteLayout(plan));
		const drawn = await drawAll(request, plan, sprite.place, stopwatch);
		if (drawn === 0) throw tooFew('sprite', 0);
		const format = path.kind === 'sprite' ? path.format : 'jpg';
		const { image } = sprite;
		const { width, height } = image;
		const quality = query.options.quality ?? defaultQuality;
		const bytes = stopwatch.measure('encode', () => imaging.encode(format, image, quality));
		return { bytes, type: mediaTypeOf(format), width, height, capturedAt: plan.capturedAt };
	};

	return async (request, stopwatch) => {
		const { path, query, has } = request;
		const plan = await stopwatch.measureAsync('fetch', () => planSequence(request, tools));
		const { slots, chosen, box, capturedAt, isFinal } = plan;
		if (path.kind === 'animation') checkPixels(box, chosen.filter(isKept).length, limits.animationPixels);
		else checkPixels(box, slots.count, limits.spritePixels);
		const key = await sequenceKey(path, query, plan);
		const etag = `"${key}"`;
		const answer = { etag, slots, capturedAt, isFinal };
		if (has(etag)) return { ...answer, picture: null };
		const known = await pictures.find(`sequence/${key}`);
		stopwatch.cache = known === null ? 'miss' : 'hit';
		if (known !== null) return { ...answer, picture: known };
		const made = await (path.kind === 'animation' ? animate : paint)(request, plan, stopwatch);
		pictures.keep(`sequence/${key}`, made);
		return { ...answer, picture: made };
	};
};
