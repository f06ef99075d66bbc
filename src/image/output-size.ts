/** How large a picture is shown: square pixels first, then the box that the caller asks for. */
import type { Picture } from '../decoder/picture.ts';
import type { Rotation } from '../shared/keyframe-object.ts';
import { limits } from '../shared/limits.ts';

export interface Size {
	readonly width: number;
	readonly height: number;
}

/**
 * Widest and narrowest sample that is believed. The standards' own table ends at 2 : 1, anamorphic fields come to 4 : 1; a
 * ratio beyond 8 is damage or malice.
 */
const mostSampleAspect = 8;

/** A side times a factor, one pixel at least. */
export const scaled = (size: number, factor: number): number => Math.max(1, Math.round(size * factor));

/**
 * Size of the cropped picture with square pixels. The side that is too short for the sample aspect ratio is stretched,
 * as browsers do; where that would exceed a limit, the other side is shrunk instead.
 */
export const displaySize = ({ crop, sampleAspectRatio }: Picture): Size => {
	const { width, height } = crop;
	const aspect = sampleAspectRatio.width / sampleAspectRatio.height;
	// Also refuses 0, NaN and infinity.
	if (!(aspect >= 1 / mostSampleAspect && aspect <= mostSampleAspect)) return { width, height };
	const stretched =
		aspect >= 1 ? { width: scaled(width, aspect), height } : { width, height: scaled(height, 1 / aspect) };
	if (Math.max(stretched.width, stretched.height) <= limits.side && stretched.width * stretched.height <= limits.pixels)
		return stretched;
	return aspect >= 1 ? { width, height: scaled(height, 1 / aspect) } : { width: scaled(width, aspect), height };
};

/** The greatest size of the shape of `size` inside the box; never larger than `size`. */
const fitInside = (size: Size, box: { readonly width?: number; readonly height?: number }): Size => {
	const factor = Math.min(1, (box.width ?? size.width) / size.width, (box.height ?? size.height) / size.height);
	return factor === 1 ? size : { width: scaled(size.width, factor), height: scaled(size.height, factor) };
};

/** Size in pixels before rotation, for a box that is meant after rotation. */
export const outputSize = (
	picture: Picture,
	{ width, height, rotation = 0 }: { readonly width?: number; readonly height?: number; readonly rotation?: Rotation },
): Size => {
	const [across, down] = rotation % 180 === 0 ? [width, height] : [height, width];
	return fitInside(displaySize(picture), {
		...(across === undefined ? {} : { width: across }),
		...(down === undefined ? {} : { height: down }),
	});
};
