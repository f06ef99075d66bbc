/**
 * The newest keyframe of a stream: out of what was seen half a second ago, out of the store, or fresher from its node. Who finds a
 * stream ended, or its name with another session, clears away what is cached of it.
 */
import { LivestillError } from '../shared/errors.ts';
import { isLive, type KeyframeInfo } from '../shared/keyframe-object.ts';
import type { KeyframeId } from '../shared/preview/path.ts';
import type { PreviewQuery } from '../shared/preview/query.ts';
import type { StreamName } from '../shared/stream-name.ts';
import { awaitKeyframe } from '../snapshot/await-keyframe.ts';
import { type RefreshTools, refresh } from '../snapshot/refresh.ts';
import type { Stopwatch } from '../snapshot/stopwatch.ts';
import type { GoodKeyframes, PictureCache, StoredKeyframe } from '../store/ports.ts';
import type { DecodedMemory } from './decoded-memory.ts';
import type { Glances } from './glances.ts';
import { isSame } from './identity.ts';

export interface NewestTools extends RefreshTools {
	readonly glances: Glances;
	readonly pictures: PictureCache;
	readonly good: GoodKeyframes;
	readonly decoded: DecodedMemory;
}

export interface NewestRequest {
	readonly name: StreamName;
	/** A keyframe by its identity; `null`: the newest. */
	readonly keyframe: KeyframeId | null;
	readonly query: PreviewQuery;
}

export interface NewestKeyframes {
	/** What was seen within half a second, if that will do. Takes no I/O. */
	glance(request: NewestRequest, askedAt: number): KeyframeInfo | null;
	/** @throws LivestillError what `awaitKeyframe` and `refresh` throw */
	find(request: NewestRequest, askedAt: number, stopwatch: Stopwatch): Promise<StoredKeyframe>;
}

export const createNewestKeyframes = (tools: NewestTools): NewestKeyframes => {
	const { glances, pictures, good, decoded } = tools;

	/** What is cached of a session that is over is never shown again: its space is for others. */
	const forget = (session: string): void => {
		pictures.forget(session);
		good.forget(session);
		decoded.drop(`${session}/`);
	};

	/** Nothing is known of the name any more; where its stream has ended, nothing is kept of it either. */
	const clear = (name: StreamName, error: unknown): void => {
		const before = glances.drop(name);
		const isOver = error instanceof LivestillError && error.code === 'STREAM_NOT_FOUND';
		if (isOver && before !== null) forget(before.session);
	};

	const fromStore = async (name: StreamName): Promise<StoredKeyframe> => {
		const found = await awaitKeyframe(tools, name);
		const before = glances.drop(name);
		if (before !== null && before.session !== found.info.session) forget(before.session);
		glances.set(name, found.info);
		return found;
	};

	return {
		glance: ({ name, keyframe, query }, askedAt) => {
			const info = glances.get(name);
			if (info === null || !isLive(info, askedAt) || query.time !== undefined) return null;
			if (keyframe !== null && !isSame(info, keyframe)) return null;
			return query.maxAge === undefined || askedAt - info.capturedAt <= query.maxAge ? info : null;
		},
		find: async ({ name, query: { maxAge } }, askedAt, stopwatch) => {
			try {
				const found = await stopwatch.measureAsync('fetch', () => fromStore(name));
				if (maxAge === undefined) return found;
				return await refresh(found, { name, options: { maxAge, refresh: true }, askedAt, stopwatch }, tools);
			} catch (error) {
				clear(name, error);
				throw error;
			}
		},
	};
};
