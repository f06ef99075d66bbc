/** The list of live streams for pages, in the memory of one isolate: a list costs the store more than a picture. */
import type { FindStreams } from '../snapshot/find.ts';
import type { ListedStream } from '../store/ports.ts';

/** Live streams that have a keyframe, sorted by name; up to two seconds old. @throws LivestillError `STORE_UNAVAILABLE` */
export type ListLive = (findStreams: FindStreams) => Promise<readonly ListedStream[]>;

const lifetime = 2000;

/** @param now milliseconds */
export const createLiveList = (now: () => number): ListLive => {
	let list: readonly ListedStream[] = [];
	let until = Number.NEGATIVE_INFINITY;
	return async (findStreams) => {
		if (now() < until) return list.filter(({ info }) => info.leaseUntil > now());
		const found = (await findStreams.all()).filter(({ info }) => info.codec !== 'none');
		list = found;
		until = now() + lifetime;
		return found;
	};
};
