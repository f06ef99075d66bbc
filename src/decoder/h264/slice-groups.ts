/** Slice group map units, and the macroblocks that they stand for. H.264 § 8.2.2 */
import type { SliceGroups } from '../../shared/h264/pps.ts';
import type { Sps } from '../../shared/h264/sps.ts';

const interleaved = (map: Uint8Array, runLengths: readonly number[]): void => {
	let at = 0;
	while (at < map.length) {
		for (const [group, length] of runLengths.entries()) {
			map.fill(group, at, at + length);
			at += length;
		}
	}
};

const dispersed = (map: Uint8Array, width: number, count: number): void => {
	for (let i = 0; i < map.length; i++) map[i] = ((i % width) + ((Math.floor(i / width) * count) >> 1)) % count;
};

type Rectangle = { readonly topLeft: number; readonly bottomRight: number };

const foreground = (map: Uint8Array, width: number, rectangles: readonly Rectangle[]): void => {
	map.fill(rectangles.length);
	for (const [group, { topLeft, bottomRight }] of [...rectangles.entries()].reverse()) {
		for (let y = Math.floor(topLeft / width); y <= Math.floor(bottomRight / width); y++)
			map.fill(group, y * width + (topLeft % width), y * width + (bottomRight % width) + 1);
	}
};

/** Box-out: a spiral from the centre (§ 8.2.2.4). */
const boxOut = (map: Uint8Array, width: number, units: number, direction: 0 | 1): void => {
	const height = map.length / width;
	map.fill(1);
	let x = (width - direction) >> 1;
	let y = (height - direction) >> 1;
	let left = x;
	let right = x;
	let top = y;
	let bottom = y;
	let xDir = direction - 1;
	let yDir: number = direction;
	let taken = 0;
	while (taken < units) {
		const at = y * width + x;
		if (map[at] === 1) {
			map[at] = 0;
			taken++;
		}
		if (xDir === -1 && x === left) {
			left = Math.max(left - 1, 0);
			x = left;
			xDir = 0;
			yDir = 2 * direction - 1;
		} else if (xDir === 1 && x === right) {
			right = Math.min(right + 1, width - 1);
			x = right;
			xDir = 0;
			yDir = 1 - 2 * direction;
		} else if (yDir === -1 && y === top) {
			top = Math.max(top - 1, 0);
			y = top;
			xDir = 1 - 2 * direction;
			yDir = 0;
		} else if (yDir === 1 && y === bottom) {
			bottom = Math.min(bottom + 1, height - 1);
			y = bottom;
			xDir = 2 * direction - 1;
			yDir = 0;
		} else {
			x += xDir;
			y += yDir;
		}
	}
};

const wipe = (map: Uint8Array, width: number, upperLeft: number, direction: 0 | 1): void => {
	const height = map.length / width;
	let k = 0;
	for (let x = 0; x < width; x++)
		for (let y = 0; y < height; y++) map[y * width + x] = k++ < upperLeft ? direction : 1 - direction;
};

/**
 * Fills `map`, one byte a slice group map unit in raster order, `width` a row.
 *
 * @param changeCycle  slice_group_change_cycle of the slice header
 */
const fillMapUnits = (map: Uint8Array, width: number, groups: SliceGroups, changeCycle: number): void => {
	const units = 'changeRate' in groups ? Math.min(changeCycle * groups.changeRate, map.length) : 0;
	const direction = 'directionFlag' in groups && groups.directionFlag ? 1 : 0;
	const upperLeft = direction === 1 ? map.length - units : units;
	switch (groups.type) {
		case 0:
			interleaved(map, groups.runLengths);
			break;
		case 1:
			dispersed(map, width, groups.count);
			break;
		case 2:
			foreground(map, width, groups.rectangles);
			break;
		case 3:
			boxOut(map, width, units, direction);
			break;
		case 4:
			map.fill(direction, 0, upperLeft);
			map.fill(1 - direction, upperLeft);
			break;
		case 5:
			wipe(map, width, upperLeft, direction);
			break;
		case 6:
			map.set(groups.ids);
			break;
	}
};

/**
 * mbToSliceGroupMap (§ 8.2.2.8), one byte for each macroblock address of the frame or field.
 *
 * @param changeCycle  slice_group_change_cycle of the slice header
 */
export const macroblockToSliceGroupMap = (
	sps: Sps,
	groups: SliceGroups,
	isField: boolean,
	changeCycle: number,
): Uint8Array => {
	const { picWidthInMbs: width, picHeightInMapUnits, frameMbsOnlyFlag, mbAdaptiveFrameFieldFlag } = sps;
	const units = new Uint8Array(width * picHeightInMapUnits);
	fillMapUnits(units, width, groups, changeCycle);
	if (frameMbsOnlyFlag || isField) return units;
	// Of a frame whose rows may be fields, a unit is a pair: two addresses in a row, or two rows.
	return Uint8Array.from({ length: 2 * units.length }, (_, address) => {
		const unit = mbAdaptiveFrameFieldFlag
			? address >> 1
			: Math.floor(address / (2 * width)) * width + (address % width);
		return units[unit] ?? 0;
	});
};
