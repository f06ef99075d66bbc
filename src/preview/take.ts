/**
 * The use case: a preview of a live stream. Like a snapshot it shows a stream that is live now; unlike one it has many shapes, is
 * cached by everybody, and takes the stored keyframe unless it is asked for a younger one.
 */
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import type { PreviewFormat } from '../shared/preview/format.ts';
import type { KeyframeId } from '../shared/preview/path.ts';
import type { PreviewQuery } from '../shared/preview/query.ts';
import type { Verdict } from '../shared/preview/verdict.ts';
import { checkAge } from '../snapshot/acceptable.ts';
import { keyframeKey } from '../snapshot/options.ts';
import type { Stopwatch } from '../snapshot/stopwatch.ts';
import type { CachedPicture, StoredKeyframe } from '../store/ports.ts';
import { checkMp4Options } from './as-is.ts';
import { createGoodFrame, type GoodFrameTools, type Substitute } from './good-frame.ts';
import { isSame, keyframeLabel, previewEtag, previewKey, type Shape } from './identity.ts';
import { createPictureMaker, type MakeTools } from './make.ts';
import { createNewestKeyframes, type NewestRequest, type NewestTools } from './newest.ts';
import { findKept, findPast, type PastKeyframe, type PastTools } from './past.ts';

export interface PreviewRequest extends NewestRequest {
	readonly format: PreviewFormat;
	/** Whether the client has the picture of that ETag and capture time already. */
	readonly has: (etag: string, capturedAt: number) => boolean;
}

/** What was chosen between the newest keyframe and an earlier one; `newest`: what the newest shows. */
export interface Choice {
	readonly shown: 'newest' | 'earlier';
	readonly newest: Verdict;
}

export interface Preview {
	readonly etag: string;
	/** `{session}-{sequence}` */
	readonly keyframe: string;
	readonly capturedAt: number;
	/** Observed milliseconds between keyframes; 0: not known. */
	readonly keyframeInterval: number;
	/** A moment of the past was asked for, and the answer will never be another one. */
	readonly isFinal: boolean;
	/** `null`: the client has it. */
	readonly picture: CachedPicture | null;
	/** `null`: there was none, or nobody has looked at the picture. */
	readonly choice: Choice | null;
}

export interface PreviewTools extends NewestTools, PastTools, MakeTools, GoodFrameTools {}

/**
 * @throws LivestillError `STREAM_NOT_FOUND`, `FRAME_NOT_FOUND`, `FRAME_TOO_OLD`, `NO_KEYFRAME`, `INVALID_PARAMETER`,
 * `UNSUPPORTED_CODEC`, `UNSUPPORTED_FEATURE`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE`, `OBJECT_INVALID`, `STORE_UNAVAILABLE`
 */
export type TakePreview = (request: PreviewRequest, stopwatch: Stopwatch) => Promise<Preview>;

/** A request on its way. */
interface Wish {
	readonly shape: Shape;
	readonly request: PreviewRequest;
	/** Epoch milliseconds. */
	readonly askedAt: number;
	readonly stopwatch: Stopwatch;
}

/** Whether a request wants the stream, not a certain keyframe of it: then which one is left to us. */
const leavesChoice = (keyframe: KeyframeId | null, { latest, time }: PreviewQuery): boolean =>
	keyframe === null && !latest && time === undefined;

const notFound = (why: string): never => {
	throw new LivestillError('FRAME_NOT_FOUND', why);
};

export const createPreviewTaker = (tools: PreviewTools): TakePreview => {
	const { pictures, failures, clock } = tools;
	const newestKeyframes = createNewestKeyframes(tools);
	const make = createPictureMaker(tools);
	const goodFrame = createGoodFrame(tools, make);

	const answer = (
		info: Pick<KeyframeInfo, 'session' | 'sequence' | 'keyframeInterval' | 'capturedAt'>,
		shape: Shape,
		picture: CachedPicture | null,
		choice: Choice | null = null,
	): Preview => ({
		etag: previewEtag(info, shape),
		keyframe: keyframeLabel(info),
		capturedAt: info.capturedAt,
		keyframeInterval: info.keyframeInterval,
		isFinal: false,
		picture,
		choice,
	});

	/** Of the newest keyframe and what may stand for it. */
	const chosen = (
		newest: Substitute,
		earlier: Substitute | null,
		shape: Shape,
		{ keyframe, query, has }: PreviewRequest,
	): Preview => {
		const { info, picture } = earlier ?? newest;
		const { verdict } = newest.picture;
		const isChosen = verdict !== undefined && leavesChoice(keyframe, query);
		const choice: Choice | null = isChosen ? { shown: earlier === null ? 'newest' : 'earlier', newest: verdict } : null;
		const isKnown = has(previewEtag(info, shape), info.capturedAt);
		return answer(info, shape, isKnown ? null : picture, choice);
	};

	const mayBeReplaced = ({ verdict }: CachedPicture, { keyframe, query }: PreviewRequest): boolean =>
		verdict !== undefined && verdict !== 'good' && leavesChoice(keyframe, query);

	/** The answer out of this isolate's memory, if it is there. Takes no I/O. */
	const atOnce = (info: KeyframeInfo, { shape, request, askedAt, stopwatch }: Wish): Preview | null => {
		if (request.has(previewEtag(info, shape), info.capturedAt)) return answer(info, shape, null);
		const held = pictures.held(previewKey(info, shape));
		const failure = held === null ? failures.get(keyframeKey(info)) : null;
		if (held !== null || failure !== null) stopwatch.cache = 'hit';
		// The file of an MP4 needs no decoder: what decoders say of the keyframe does not concern it.
		if (failure !== null && shape.format !== 'mp4') throw failure;
		if (held === null) return null;
		const newest = { info, picture: held };
		if (!mayBeReplaced(held, request)) return chosen(newest, null, shape, request);
		const earlier = goodFrame.atOnce({ newest: info, shape, askedAt, maxAge: request.query.maxAge });
		return earlier === undefined ? null : chosen(newest, earlier, shape, request);
	};

	const fromStored = async (stored: StoredKeyframe, wish: Wish): Promise<Preview> => {
		const { info } = stored;
		const known = atOnce(info, wish);
		if (known !== null) return known;
		const { shape, request, askedAt, stopwatch } = wish;
		const cached = await pictures.find(previewKey(info, shape));
		if (cached !== null) stopwatch.cache = 'hit';
		const picture = cached ?? (await make(stored, shape, { stopwatch, isNewest: request.query.time === undefined }));
		const earlier = mayBeReplaced(picture, request)
			? await goodFrame.find({ newest: info, shape, askedAt, maxAge: request.query.maxAge }, stopwatch)
			: null;
		return chosen({ info, picture }, earlier, shape, request);
	};

	/** A keyframe that is no longer the newest one of its session. */
	const earlier = async (
		id: KeyframeId,
		newest: KeyframeInfo,
		{ shape, request, stopwatch }: Wish,
	): Promise<Preview> => {
		if (id.session !== newest.session || id.sequence > newest.sequence)
			return notFound('the stream has no such keyframe');
		const cached = await pictures.find(previewKey(id, shape));
		if (cached === null)
			return notFound(
				'this keyframe is not the newest any more; with time=, its X-Snapshot-Timestamp, kept ones are looked at',
			);
		stopwatch.cache = 'hit';
		const { capturedAt } = cached;
		const info = { ...id, capturedAt, keyframeInterval: newest.keyframeInterval };
		return answer(info, shape, request.has(previewEtag(id, shape), capturedAt) ? null : cached);
	};

	/** What is asked for by `time`, or `null` when it is a keyframe that is not kept. */
	const past = async (request: PreviewRequest, time: number, askedAt: number): Promise<PastKeyframe | null> => {
		const { name, keyframe, query } = request;
		if (keyframe === null) return findPast(tools, { name, time, within: query.within, askedAt });
		const stored = await findKept(tools, name, keyframe, time);
		return stored && { stored, isFinal: true };
	};

	return async (request, stopwatch) => {
		const { name: _, format, keyframe, query } = request;
		const shape = { format, options: query.options };
		if (format === 'mp4') checkMp4Options(query.options);
		const askedAt = clock.now();
		const seen = newestKeyframes.glance(request, askedAt);
		const wish = { shape, request, askedAt, stopwatch };
		const known = seen === null ? null : atOnce(seen, wish);
		if (known !== null) return known;
		const { time } = query;
		const found = time === undefined ? null : await stopwatch.measureAsync('fetch', () => past(request, time, askedAt));
		if (found !== null) {
			const { stored, isFinal } = found;
			return fromStored(stored, wish)
				.then((preview) => ({ ...preview, isFinal }))
				.finally(stored.discard);
		}
		const stored = await newestKeyframes.find(request, askedAt, stopwatch);
		try {
			const { info } = stored;
			if (keyframe !== null && !isSame(info, keyframe)) return await earlier(keyframe, info, wish);
			checkAge(info.capturedAt, query.maxAge, askedAt);
			return await fromStored(stored, wish);
		} finally {
			stored.discard();
		}
	};
};
