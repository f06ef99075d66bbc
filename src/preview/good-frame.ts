/**
 * The good frame: where the newest keyframe is black, white or of one colour, the newest good one of the same session is shown
 * instead, as long as it is not old. A camera in the dark has no good one, or an old one, and is shown as it is.
 */
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { keyframeKey } from '../snapshot/options.ts';
import type { Stopwatch } from '../snapshot/stopwatch.ts';
import {
	asStored,
	type CachedPicture,
	type GoodKeyframes,
	type HeldKeyframe,
	type PictureCache,
} from '../store/ports.ts';
import { previewKey, type Shape } from './identity.ts';
import type { MakePicture } from './make.ts';

/** Greatest age of a keyframe that is shown instead of the newest, milliseconds: fades and breaks between scenes are shorter. */
const longestSubstitution = 30_000;

/** Keyframes of which it is known that there is nothing better, in the memory of one isolate. */
export interface HopelessKeyframes {
	has(info: KeyframeInfo): boolean;
	add(info: KeyframeInfo): void;
}

// A few dozen bytes each.
const capacity = 1000;

export const createHopelessKeyframes = (): HopelessKeyframes => {
	const keys = new Set<string>();
	return {
		has: (info) => keys.has(keyframeKey(info)),
		add: (info) => {
			keys.add(keyframeKey(info));
			const oldest = keys.values().next().value;
			if (keys.size > capacity && oldest !== undefined) keys.delete(oldest);
		},
	};
};

export interface GoodFrameTools {
	readonly pictures: PictureCache;
	readonly good: GoodKeyframes;
	readonly hopeless: HopelessKeyframes;
}

export interface SubstitutionWish {
	/** The flawed one. */
	readonly newest: KeyframeInfo;
	readonly shape: Shape;
	/** Milliseconds; `undefined`: any age. */
	readonly maxAge: number | undefined;
	/** Epoch milliseconds. */
	readonly askedAt: number;
}

/** An earlier keyframe, and its picture. */
export interface Substitute {
	readonly info: KeyframeInfo;
	readonly picture: CachedPicture;
}

export interface GoodFrame {
	/** Out of this isolate's memory. `null`: there is nothing better. `undefined`: not known without I/O. */
	atOnce(wish: SubstitutionWish): Substitute | null | undefined;
	/** Looks everywhere, and draws the picture where it is not there. `null`: there is nothing better. */
	find(wish: SubstitutionWish, stopwatch: Stopwatch): Promise<Substitute | null>;
}

const mayReplace = ({ info }: HeldKeyframe, { newest, askedAt }: SubstitutionWish): boolean =>
	info.session === newest.session &&
	info.sequence < newest.sequence &&
	askedAt - info.capturedAt <= longestSubstitution;

const isYoungEnough = ({ info }: HeldKeyframe, { maxAge, askedAt }: SubstitutionWish): boolean =>
	maxAge === undefined || askedAt - info.capturedAt <= maxAge;

export const createGoodFrame = ({ pictures, good, hopeless }: GoodFrameTools, make: MakePicture): GoodFrame => ({
	atOnce: (wish) => {
		const { newest, shape } = wish;
		if (hopeless.has(newest)) return null;
		const held = good.held(newest.session);
		if (held === null || !mayReplace(held, wish)) return undefined;
		if (!isYoungEnough(held, wish)) return null;
		const picture = pictures.held(previewKey(held.info, shape));
		return picture === null ? undefined : { info: held.info, picture };
	},
	find: async (wish, stopwatch) => {
		const { newest, shape } = wish;
		const found = await good.find(newest.session);
		if (found === null || !mayReplace(found, wish)) {
			hopeless.add(newest);
			return null;
		}
		if (!isYoungEnough(found, wish)) return null;
		const { info } = found;
		try {
			const cached = await pictures.find(previewKey(info, shape));
			return { info, picture: cached ?? (await make(asStored(found), shape, { stopwatch, isNewest: false })) };
		} catch (error) {
			if (!(error instanceof LivestillError)) throw error;
			// What cannot be drawn in this shape replaces nothing; the newest one is there.
			return null;
		}
	},
});
