/**
 * Whether a picture is worth being shown: what a viewer would call black, white or empty is not. Thresholds are in levels of 0 to
 * 255; `test/unit/image/judge.test.ts` has the pictures that they were found with.
 *
 * One picture alone tells no more than this: the middle of a fade or a cross-fade looks like a dim or a busy scene.
 */
import type { Picture } from '../decoder/picture.ts';
import type { Verdict } from '../shared/preview/verdict.ts';
import { type Cell, cellsOf } from './cells.ts';

/** Nothing brighter: 16 %, the last sixth of a fade to black, and an unlit room with the noise of its camera. */
const dark = 40;
/** Nothing darker: 88 %. Snow and fog have darker parts. */
const bright = 225;
/** Levels by which cells of one colour differ, and deviate within, coding noise and a camera's grain included. */
const even = 6;
/** Levels of colour up to which a dark or bright picture has nothing to show: a stage in blue light has more. */
const colourless = 24;

const extent = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

const isOneColour = (cells: readonly Cell[]): boolean =>
	cells.every(({ spread }) => spread <= even) &&
	extent(cells.map(({ light }) => light)) <= 2 * even &&
	[0, 1].every((index) => extent(cells.map(({ tints }) => tints[index] as number)) <= 2 * even);

/** What nine in ten pixels of a cell are below, or above, when they are spread as noise is. */
const highest = ({ light, spread }: Cell): number => light + 2 * spread;
const lowest = ({ light, spread }: Cell): number => light - 2 * spread;

/** Looks at a picture. */
export const judge = (picture: Picture): Verdict => {
	const cells = cellsOf(picture);
	const isGrey = cells.every(({ tints }) => tints.every((tint) => Math.abs(tint) <= colourless));
	if (isGrey && cells.every((cell) => highest(cell) <= dark)) return 'black';
	if (isGrey && cells.every((cell) => lowest(cell) >= bright)) return 'white';
	return isOneColour(cells) ? 'flat' : 'good';
};
