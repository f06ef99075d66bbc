/** When the picture in a keyframe object was made: `clock-picture.ts`, decoded by our decoder, without an edge. */
import { h264Cores } from '../../cli/h264-core.ts';
import { createH264Decoder } from '../../src/decoder/h264/decode.ts';
import { readClock } from '../e2e/support/clock.ts';
import { packPlanes } from './planes.ts';

const decoder = createH264Decoder(h264Cores);

/** Milliseconds modulo 2^24, or `null` when the picture is none of a clock. */
export const clockOfObject = (body: Uint8Array): number | null => {
	const picture = decoder.decode(body);
	const { width, height } = picture.crop;
	const luma = packPlanes(picture).subarray(0, width * height);
	const rgb = new Uint8Array(3 * luma.length);
	for (const [index, level] of luma.entries()) rgb.fill(level, 3 * index, 3 * index + 3);
	return readClock({ rgb, width, height });
};
