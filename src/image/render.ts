/** From a decoder's picture to what is shown. */
import type { Picture } from '../decoder/picture.ts';
import type { Rotation } from '../shared/keyframe-object.ts';
import { deinterlace } from './deinterlace.ts';
import { outputSize } from './output-size.ts';
import { type RgbaImage, rotate } from './rotate.ts';
import { scalePicture } from './scale.ts';
import { yuvToRgba } from './yuv-to-rgba.ts';

export interface RenderOptions {
	/** Greatest width and height of the result in pixels; it keeps its shape and is never enlarged. */
	readonly width?: number;
	readonly height?: number;
	/** Clockwise degrees; 0 when absent. */
	readonly rotation?: Rotation;
}

/** The visible part of `picture`: without combs, upright, square pixels, at most as large as asked for. */
export const toRgba = (picture: Picture, options: RenderOptions = {}): RgbaImage => {
	const size = outputSize(picture, options);
	const { crop } = picture;
	const isOwnSize = size.width === crop.width && size.height === crop.height;
	const still = deinterlace(picture);
	const data = yuvToRgba(isOwnSize ? still : scalePicture(still, size));
	return rotate({ data, ...size }, options.rotation ?? 0);
};
