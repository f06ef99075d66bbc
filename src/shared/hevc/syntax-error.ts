/** How the parsers of this folder say that a syntax element breaks its rules. */
import { LivestillError } from '../errors.ts';

export const damaged = (where: string, why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `${where}: ${why}`);
};

/** `value` when it is within its range. @throws LivestillError `FRAME_DAMAGED` naming the syntax element */
export type Check = (value: number, min: number, max: number, name: string) => number;

/** A {@link Check} for the elements of `where`. */
export const checkIn =
	(where: string): Check =>
	(value, min, max, name) =>
		value >= min && value <= max ? value : damaged(where, `${name} is ${value}, ${min} to ${max} is allowed`);
