import { LivestillError } from '../src/shared/errors.ts';

interface Choice<T> {
	readonly chosen: T;
	/** Pictures that could be read. */
	readonly count: number;
	/** Why the stream breaks off behind the chosen picture. */
	readonly laterDamage: string | undefined;
}

/**
 * Picture `number` of `pictures`, from 0 on.
 *
 * @param whenEmpty the error when there is none at all
 * @throws LivestillError `NO_KEYFRAME`; what a picture in front is broken by
 */
export const choosePicture = <T>(pictures: Iterable<T>, number: number, whenEmpty?: () => Error): Choice<T> => {
	let chosen: T | undefined;
	let count = 0;
	let laterDamage: string | undefined;
	try {
		for (const picture of pictures) {
			if (count === number) chosen = picture;
			count++;
		}
	} catch (error) {
		// A broken picture behind the chosen one does not concern it.
		if (chosen === undefined) throw error;
		laterDamage = error instanceof Error ? error.message : String(error);
	}
	if (count === 0 && whenEmpty !== undefined) throw whenEmpty();
	if (chosen === undefined)
		throw new LivestillError('NO_KEYFRAME', `there are ${count} intra pictures, none has number ${number}`);
	return { chosen, count, laterDamage };
};
