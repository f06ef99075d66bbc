/** JPEG keyframes: baseline, extended and progressive, 8 bit, grey or YCbCr of any sampling. ITU-T T.81 */
import { LivestillError } from '../../shared/errors.ts';
import { type JpegFrameHeader, parseJpegFrameHeader } from '../../shared/jpeg/frame-header.ts';
import { limits } from '../../shared/limits.ts';
import type { Picture, Plane } from '../picture.ts';
import { checkPictureSize } from '../picture-size.ts';
import { plainPicture } from '../plain-picture.ts';
import type { JpegDecode, RgbaPicture } from './mozjpeg.ts';

const refusal = ({ process, precision, height, components, scans }: JpegFrameHeader): string | null => {
	if (process > 2) return `coding process SOF${process}`;
	if (precision !== 8) return `${precision} bit samples`;
	if (components !== 1 && components !== 3) return `${components} components`;
	if (height === 0) return 'a height that comes after the picture';
	return scans > limits.jpegScans ? `${scans} scans` : null;
};

/** One channel of R, G, B, A. */
const channel = ({ data, width, height }: RgbaPicture, offset: number): Plane => {
	const plane = new Uint8Array(width * height);
	for (let at = 0, from = offset; at < plane.length; at++, from += 4) plane[at] = data[from] as number;
	return { data: plane, stride: width, width, height };
};

const [red, green, blue] = [0, 1, 2] as const;

/** JFIF's colours are those of BT.601 in full range; what comes out of libjpeg is R, G and B of it already. */
const colour = (matrixCoefficients: number) => ({
	colourPrimaries: 2,
	transferCharacteristics: 2,
	matrixCoefficients,
	fullRange: true,
});

/**
 * Decodes a file. Grey ones give one plane, others G, B and R (H.273: matrix_coefficients 0), because libjpeg's own
 * interpolation of chroma is better than none.
 *
 * @throws LivestillError `FRAME_DAMAGED`, `FRAME_TOO_LARGE`, `UNSUPPORTED_FEATURE`
 */
export const decodeJpeg = (decode: JpegDecode, body: Uint8Array): Picture => {
	const header = parseJpegFrameHeader(body);
	if (header === null) throw new LivestillError('FRAME_DAMAGED', 'the JPEG file has no frame header');
	const feature = refusal(header);
	if (feature !== null) throw new LivestillError('UNSUPPORTED_FEATURE', `JPEG with ${feature} is not decoded`);
	checkPictureSize(header.width, header.height, limits.jpegPixels);
	const rgba = decode(body);
	if (rgba.width !== header.width || rgba.height !== header.height)
		throw new LivestillError('FRAME_DAMAGED', `the picture is ${rgba.width} × ${rgba.height}, unlike its header`);
	if (header.components === 1)
		return plainPicture({ planes: [channel(rgba, green)], size: rgba, chromaFormat: 0, colour: colour(6) });
	const planes = [green, blue, red].map((offset) => channel(rgba, offset));
	return plainPicture({ planes, size: rgba, chromaFormat: 3, colour: colour(0) });
};
