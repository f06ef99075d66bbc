/** RGBA to lossy WebP: libwebp as @jsquash/webp compiles it. */
import webp from '@jsquash/webp/codec/enc/webp_enc_simd.js';
import type { Instantiate } from '../decoder/instantiate.ts';
import { LivestillError } from '../shared/errors.ts';
import { createEncode } from './emscripten.ts';
import type { EncodeJpeg } from './jpeg.ts';

/** Effort, 0 to 6: more than 2 doubles the time for two percent of the bytes. */
const method = 2;

// What the package calls default, that is, libwebp's own.
const settings = {
	...{ target_size: 0, target_PSNR: 0, method, sns_strength: 50, filter_strength: 60, filter_sharpness: 0 },
	...{ filter_type: 1, partitions: 0, segments: 4, pass: 1, show_compressed: 0, preprocessing: 0, autofilter: 0 },
	...{ partition_limit: 0, alpha_compression: 1, alpha_filtering: 1, alpha_quality: 100, lossless: 0, exact: 0 },
	...{ image_hint: 0, emulate_jpeg_size: 0, thread_level: 0, low_memory: 0, near_lossless: 100 },
	...{ use_delta_palette: 0, use_sharp_yuv: 0 },
};

/** A WebP of an opaque picture. */
export type EncodeWebp = EncodeJpeg;

/** @param instantiate of `@jsquash/webp/codec/enc/webp_enc_simd.wasm` */
export const createWebpEncoder = (instantiate: Instantiate): EncodeWebp => {
	const encode = createEncode(webp, instantiate);
	return (rgba, width, height, quality) => {
		const file = encode(rgba, width, height, { ...settings, quality });
		if (file === null) throw new LivestillError('INTERNAL', 'the WebP encoder failed');
		return file;
	};
};
