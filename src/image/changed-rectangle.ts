import type { CropRectangle } from '../decoder/picture.ts';

/** The smallest rectangle that holds every pixel in which two pictures of one size differ, or `null` when none does. */
export const changedRectangle = (before: Uint32Array, after: Uint32Array, width: number): CropRectangle | null => {
	let [left, right, top, bottom] = [width, -1, -1, -1];
	for (let start = 0, y = 0; start < after.length; start += width, y++) {
		let first = 0;
		while (first < width && before[start + first] === after[start + first]) first++;
		if (first === width) continue;
		let last = width - 1;
		while (before[start + last] === after[start + last]) last--;
		left = Math.min(left, first);
		right = Math.max(right, last);
		if (top < 0) top = y;
		bottom = y;
	}
	return top < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
};
