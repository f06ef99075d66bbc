/** How a picture fills a box: whole inside of it, cut to its shape, or distorted. Never larger than it is. */
import type { CropRectangle, Picture } from '../decoder/picture.ts';
import type { Rotation } from '../shared/keyframe-object.ts';
import { displaySize, outputSize, type Size, scaled } from './output-size.ts';

/** `contain`: inside the box. `cover`: the box, what sticks out is cut off. `fill`: the box, distorted. */
export type Fit = 'contain' | 'cover' | 'fill';

export interface FitOptions {
	/** The box after rotation, in pixels. */
	readonly width?: number;
	readonly height?: number;
	readonly fit?: Fit;
	readonly rotation?: Rotation;
	/** Most pixels of the result; a larger one is made smaller in its shape. */
	readonly pixels?: number;
}

/** The largest box of that shape that enlarges nothing. */
const boxWithin = (box: Size, { width, height }: Size): Size => {
	const factor = Math.min(1, width / box.width, height / box.height);
	return { width: scaled(box.width, factor), height: scaled(box.height, factor) };
};

/** The middle of `crop` that has the shape of `box` once pixels are square. */
const middle = (crop: CropRectangle, display: Size, box: Size): CropRectangle => {
	const shape = box.width / box.height / (display.width / display.height);
	const width = shape < 1 ? scaled(crop.width, shape) : crop.width;
	const height = shape > 1 ? scaled(crop.height, 1 / shape) : crop.height;
	return {
		left: crop.left + ((crop.width - width) >> 1),
		top: crop.top + ((crop.height - height) >> 1),
		width,
		height,
	};
};

/** `size`, or the largest of its shape with `pixels` pixels. */
const limited = (size: Size, pixels = Number.POSITIVE_INFINITY): Size => {
	const factor = Math.sqrt(pixels / (size.width * size.height));
	if (factor >= 1) return size;
	return { width: Math.max(1, Math.floor(size.width * factor)), height: Math.max(1, Math.floor(size.height * factor)) };
};

/** The part of `picture` that is shown, and its size in pixels before rotation. */
export const fitPicture = (
	picture: Picture,
	options: FitOptions,
): { readonly picture: Picture; readonly size: Size } => {
	const { width, height, fit = 'contain', rotation = 0, pixels } = options;
	if (fit === 'contain' || width === undefined || height === undefined)
		return { picture, size: limited(outputSize(picture, options), pixels) };
	const turned = rotation % 180 === 0 ? { width, height } : { width: height, height: width };
	const display = displaySize(picture);
	const size = limited(boxWithin(turned, display), pixels);
	return fit === 'fill'
		? { picture, size }
		: { picture: { ...picture, crop: middle(picture.crop, display, turned) }, size };
};
