/** Cropped planes in one piece, as rawvideo tools write them. */
import { createHash } from 'node:crypto';
import type { Picture, Plane } from '../../src/decoder/picture.ts';

const packPlane = (plane: Plane, picture: Picture, isLuma: boolean, bytesPerSample: number): Buffer => {
	const { crop, chromaFormat } = picture;
	const shiftX = isLuma || chromaFormat === 3 ? 0 : 1;
	const shiftY = isLuma || chromaFormat >= 2 ? 0 : 1;
	const left = crop.left >> shiftX;
	const top = crop.top >> shiftY;
	const width = (crop.width + shiftX) >> shiftX;
	const height = (crop.height + shiftY) >> shiftY;
	const out = bytesPerSample === 1 ? new Uint8Array(width * height) : new Uint16Array(width * height);
	for (let y = 0; y < height; y++) {
		const from = (top + y) * plane.stride + left;
		out.set(plane.data.subarray(from, from + width), y * width);
	}
	return Buffer.from(out.buffer);
};

/** Y, U, V after cropping, rows packed; 16-bit little endian as soon as one depth exceeds 8. */
export const packPlanes = (picture: Picture): Buffer => {
	const bytesPerSample = Math.max(picture.bitDepthLuma, picture.bitDepthChroma) > 8 ? 2 : 1;
	return Buffer.concat(picture.planes.map((plane, index) => packPlane(plane, picture, index === 0, bytesPerSample)));
};

export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
