/** How large the pictures of a sequence are. It is decided before any of them is decoded: a list of tiles must not need pixels. */
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { snapSide } from '../shared/preview/ladder.ts';
import type { PreviewOptions } from '../shared/preview/query.ts';
import { largestFrameSide } from '../shared/preview/sequence-query.ts';
import { addRotations } from './as-is.ts';

export interface FrameBox {
	readonly width: number;
	readonly height: number;
}

const even = (pixels: number): number => Math.max(2, 2 * Math.round(pixels / 2));

/** The other side of a box whose one side is given, in the shape of `info`'s picture; 16:9 when that is not known. */
export const boxOf = (options: PreviewOptions, info: KeyframeInfo | null, usualWidth: number): FrameBox => {
	const { width, height, rotate } = options;
	if (width !== undefined && height !== undefined) return { width, height };
	const turned = addRotations(info?.rotation ?? 0, rotate) % 180 !== 0;
	const isKnown = info !== null && info.width > 0 && info.height > 0;
	const shape = isKnown ? info.width / info.height : 16 / 9;
	const aspect = turned ? 1 / shape : shape;
	if (width === undefined && height !== undefined)
		// A list pins its sprite to this width, which is a step of the ladder like one that is asked for.
		return { width: Math.min(largestFrameSide, snapSide(even(height * aspect))), height };
	const across = width ?? usualWidth;
	return { width: across, height: Math.min(largestFrameSide, even(across / aspect)) };
};

/**
 * @param most pixels
 * @throws LivestillError `INVALID_PARAMETER` that names the width
 */
export const checkPixels = ({ width, height }: FrameBox, count: number, most: number): void => {
	const pixels = width * height * count;
	if (pixels > most)
		throw new LivestillError(
			'INVALID_PARAMETER',
			`width: ${count} pictures of ${width} × ${height} have ${pixels} pixels, at most ${most} are drawn`,
		);
};
