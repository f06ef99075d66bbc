/** From a decoder's picture to what is shown. */
import type { Picture } from '../decoder/picture.ts';
import { deinterlace } from './deinterlace.ts';
import { type FitOptions, fitPicture } from './fit.ts';
import { type RgbaImage, rotate } from './rotate.ts';
import { scalePicture } from './scale.ts';
import { yuvToRgba } from './yuv-to-rgba.ts';

/** The visible part of `picture`: without combs, upright, square pixels, at most as large as asked for. */
export const toRgba = (picture: Picture, options: FitOptions = {}): RgbaImage => {
	const { picture: framed, size } = fitPicture(picture, options);
	const { crop } = framed;
	const isOwnSize = size.width === crop.width && size.height === crop.height;
	const still = deinterlace(framed);
	const data = yuvToRgba(isOwnSize ? still : scalePicture(still, size));
	return rotate({ data, ...size }, options.rotation ?? 0);
};
