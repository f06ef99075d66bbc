/** From a decoder's picture to what is shown. */
import type { Picture } from '../decoder/picture.ts';
import { deinterlace } from './deinterlace.ts';
import { type FitOptions, fitPicture } from './fit.ts';
import type { GetImageCore } from './image-core.ts';
import type { RgbaImage } from './rgba-image.ts';
import { rotate } from './rotate.ts';
import { scalePicture } from './scale.ts';
import { type HdrTransfer, hdrTransferOf, toneMap } from './tone-map.ts';
import { yuvToRgba } from './yuv-to-rgba.ts';

export interface RenderedImage extends RgbaImage {
	/** How the light of the picture was coded, when it had more range than can be shown. */
	readonly toneMapped?: HdrTransfer;
}

/** The visible part of `picture`: without combs, upright, square pixels, at most as large as asked for, in ordinary range. */
export type ToRgba = (picture: Picture, options?: FitOptions) => RenderedImage;

export const createRenderer =
	(getCore: GetImageCore): ToRgba =>
	(picture, options = {}) => {
		const core = getCore();
		const { picture: framed, size } = fitPicture(picture, options);
		const { crop } = framed;
		const isOwnSize = size.width === crop.width && size.height === crop.height;
		const still = deinterlace(framed);
		const upright = rotate(yuvToRgba(core, isOwnSize ? still : scalePicture(core, still, size)), options.rotation ?? 0);
		const toneMapped = hdrTransferOf(picture);
		if (toneMapped === null) return upright;
		const { data, width, height } = upright;
		toneMap(data, toneMapped, picture);
		return { data, width, height, toneMapped };
	};
