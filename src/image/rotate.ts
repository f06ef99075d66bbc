import type { Rotation } from '../shared/keyframe-object.ts';
import type { RgbaImage } from './rgba-image.ts';

/** Turns a picture clockwise. 0 degrees gives back the same picture, others a new one. */
export const rotate = (image: RgbaImage, rotation: Rotation): RgbaImage => {
	if (rotation === 0) return image;
	const { width, height } = image;
	const from = new Uint32Array(image.data.buffer, image.data.byteOffset, width * height);
	const data = new Uint8Array(image.data.length);
	const to = new Uint32Array(data.buffer);
	if (rotation === 180) {
		for (let at = 0, last = to.length - 1; at <= last; at++) to[at] = from[last - at] as number;
		return { data, width, height };
	}
	// Where pixel (0, 0) goes, and how far a step to the right and a step down carry.
	const [origin, right, down] = rotation === 90 ? [height - 1, height, -1] : [(width - 1) * height, -height, 1];
	for (let y = 0, at = 0; y < height; y++)
		for (let x = 0, target = origin + y * down; x < width; x++, target += right) to[target] = from[at++] as number;
	return { data, width: height, height: width };
};
