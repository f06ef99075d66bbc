/**
 * The use case: a preview of a live stream. Like a snapshot it shows a stream that is live now; unlike one it has many shapes, is
 * cached by everybody, and takes the stored keyframe unless it is asked for a younger one.
 */
import { LivestillError } from '../shared/errors.ts';
import { isLive, type KeyframeInfo } from '../shared/keyframe-object.ts';
import { limits } from '../shared/limits.ts';
import type { PreviewFormat } from '../shared/preview/format.ts';
import type { KeyframeId } from '../shared/preview/path.ts';
import type { PreviewQuery } from '../shared/preview/query.ts';
import type { StreamName } from '../shared/stream-name.ts';
import { awaitKeyframe } from '../snapshot/await-keyframe.ts';
import type { FailureMemory } from '../snapshot/failure-memory.ts';
import { keyframeKey } from '../snapshot/options.ts';
import { type RefreshTools, refresh } from '../snapshot/refresh.ts';
import type { Stopwatch } from '../snapshot/stopwatch.ts';
import type { CachedPicture, PictureCache, StoredKeyframe } from '../store/ports.ts';
import { asIs, checkMp4Options } from './as-is.ts';
import { type DrawTools, decodeOnce, draw } from './draw.ts';
import type { Glances } from './glances.ts';
import { isSame, keyframeLabel, previewEtag, previewKey, type Shape } from './identity.ts';
import { findKept, findPast, type PastKeyframe, type PastTools } from './past.ts';

export interface PreviewRequest {
	readonly name: StreamName;
	readonly format: PreviewFormat;
	/** A keyframe by its identity; `null`: the newest. */
	readonly keyframe: KeyframeId | null;
	readonly query: PreviewQuery;
	/** Whether the client has the picture of that ETag and capture time already. */
	readonly has: (etag: string, capturedAt: number) => boolean;
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
}

export interface PreviewTools extends RefreshTools, PastTools, DrawTools {
	readonly pictures: PictureCache;
	readonly failures: FailureMemory;
	readonly glances: Glances;
}

/**
 * @throws LivestillError `STREAM_NOT_FOUND`, `FRAME_NOT_FOUND`, `FRAME_TOO_OLD`, `NO_KEYFRAME`, `INVALID_PARAMETER`,
 * `UNSUPPORTED_CODEC`, `UNSUPPORTED_FEATURE`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE`, `OBJECT_INVALID`, `STORE_UNAVAILABLE`
 */
export type TakePreview = (request: PreviewRequest, stopwatch: Stopwatch) => Promise<Preview>;

const notFound = (why: string): never => {
	throw new LivestillError('FRAME_NOT_FOUND', why);
};

export const createPreviewTaker = (tools: PreviewTools): TakePreview => {
	const { pictures, failures, glances, clock } = tools;

	const answer = (
		info: Pick<KeyframeInfo, 'session' | 'sequence' | 'keyframeInterval' | 'capturedAt'>,
		shape: Shape,
		picture: CachedPicture | null,
	): Preview => ({
		etag: previewEtag(info, shape),
		keyframe: keyframeLabel(info),
		capturedAt: info.capturedAt,
		keyframeInterval: info.keyframeInterval,
		isFinal: false,
		picture,
	});

	/** The answer out of this isolate's memory, if it is there. Takes no I/O. */
	const atOnce = (info: KeyframeInfo, shape: Shape, request: PreviewRequest, stopwatch: Stopwatch): Preview | null => {
		if (request.has(previewEtag(info, shape), info.capturedAt)) return answer(info, shape, null);
		const held = pictures.held(previewKey(info, shape));
		const failure = held === null ? failures.get(keyframeKey(info)) : null;
		if (held !== null || failure !== null) stopwatch.cache = 'hit';
		// The file of an MP4 needs no decoder: what decoders say of the keyframe does not concern it.
		if (failure !== null && shape.format !== 'mp4') throw failure;
		return held === null ? null : answer(info, shape, held);
	};

	const make = async (stored: StoredKeyframe, shape: Shape, stopwatch: Stopwatch): Promise<CachedPicture> => {
		const { info } = stored;
		const key = previewKey(info, shape);
		if (stored.size > limits.keyframeBytes)
			throw new LivestillError(
				'FRAME_TOO_LARGE',
				`the keyframe has ${stored.size} bytes, at most ${limits.keyframeBytes} are decoded`,
			);
		const body = await stopwatch.measureAsync('fetch', () => stored.read());
		// Another request may have drawn it while this one waited for the body.
		const drawn = pictures.held(key);
		stopwatch.cache = drawn === null ? 'miss' : 'hit';
		if (drawn !== null) return drawn;
		const { format, options } = shape;
		try {
			const made =
				asIs(info, body, shape) ??
				draw(
					info,
					decodeOnce(info, body, tools, stopwatch),
					{ format: format === 'mp4' ? 'png' : format, options },
					tools,
					stopwatch,
				);
			pictures.keep(key, made);
			return made;
		} catch (error) {
			if (format !== 'mp4') failures.note(keyframeKey(info), error);
			throw error;
		}
	};

	const fromStored = async (
		stored: StoredKeyframe,
		shape: Shape,
		request: PreviewRequest,
		stopwatch: Stopwatch,
	): Promise<Preview> => {
		const { info } = stored;
		const known = atOnce(info, shape, request, stopwatch);
		if (known !== null) return known;
		const cached = await pictures.find(previewKey(info, shape));
		if (cached !== null) stopwatch.cache = 'hit';
		return answer(info, shape, cached ?? (await make(stored, shape, stopwatch)));
	};

	/** A keyframe that is no longer the newest one of its session. */
	const earlier = async (
		id: KeyframeId,
		newest: KeyframeInfo,
		shape: Shape,
		request: PreviewRequest,
		stopwatch: Stopwatch,
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

	const checkAge = ({ capturedAt }: KeyframeInfo, { maxAge }: PreviewQuery, askedAt: number): void => {
		const age = askedAt - capturedAt;
		if (maxAge !== undefined && age > maxAge)
			throw new LivestillError(
				'FRAME_TOO_OLD',
				`the newest keyframe is ${age} ms old, at most ${maxAge} ms are accepted`,
			);
	};

	const glance = (request: PreviewRequest, askedAt: number): KeyframeInfo | null => {
		const { name, keyframe, query } = request;
		const info = glances.get(name);
		if (info === null || !isLive(info, askedAt) || query.time !== undefined) return null;
		if (keyframe !== null && !isSame(info, keyframe)) return null;
		return query.maxAge === undefined || askedAt - info.capturedAt <= query.maxAge ? info : null;
	};

	const find = async (request: PreviewRequest, askedAt: number, stopwatch: Stopwatch): Promise<StoredKeyframe> => {
		const { name, query } = request;
		try {
			const found = await stopwatch.measureAsync('fetch', () => awaitKeyframe(tools, name));
			glances.set(name, found.info);
			const { maxAge } = query;
			if (maxAge === undefined) return found;
			return await refresh(found, { name, options: { maxAge, refresh: true }, askedAt, stopwatch }, tools);
		} catch (error) {
			glances.drop(name);
			throw error;
		}
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
		const seen = glance(request, askedAt);
		const known = seen === null ? null : atOnce(seen, shape, request, stopwatch);
		if (known !== null) return known;
		const { time } = query;
		const found = time === undefined ? null : await stopwatch.measureAsync('fetch', () => past(request, time, askedAt));
		if (found !== null) {
			const { stored, isFinal } = found;
			return fromStored(stored, shape, request, stopwatch)
				.then((preview) => ({ ...preview, isFinal }))
				.finally(stored.discard);
		}
		const stored = await find(request, askedAt, stopwatch);
		try {
			const { info } = stored;
			if (keyframe !== null && !isSame(info, keyframe)) return await earlier(keyframe, info, shape, request, stopwatch);
			checkAge(info, query, askedAt);
			return await fromStored(stored, shape, request, stopwatch);
		} finally {
			stored.discard();
		}
	};
};
