import { LivestillError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';

/**
 * Checks the size that a frame header promises, before anything is allocated for it.
 *
 * @throws LivestillError `FRAME_TOO_LARGE`; `FRAME_DAMAGED` when there is no sample at all
 */
export const checkPictureSize = (width: number, height: number, pixels: number = limits.pixels): void => {
	if (width === 0 || height === 0) throw new LivestillError('FRAME_DAMAGED', `the picture is ${width} × ${height}`);
	if (width > limits.side || height > limits.side || width * height > pixels)
		throw new LivestillError('FRAME_TOO_LARGE', `${width} × ${height} samples, at most ${pixels} are decoded`);
};
