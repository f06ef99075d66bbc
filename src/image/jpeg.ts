/** RGBA to JPEG: MozJPEG as @jsquash/jpeg compiles it. */
import mozjpeg from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js';
import type { Instantiate } from '../decoder/instantiate.ts';
import { LivestillError } from '../shared/errors.ts';
import { createEncode } from './emscripten.ts';

/** A JPEG of an opaque picture. */
export type EncodeJpeg = (
	rgba: Uint8Array<ArrayBuffer>,
	width: number,
	height: number,
	quality: number,
) => Uint8Array<ArrayBuffer>;

// Sequential: progressive takes twice the time for a twentieth of the bytes. The rest is what the package calls default.
const settings = {
	...{ baseline: false, arithmetic: false, progressive: false, optimize_coding: true, smoothing: 0, color_space: 3 },
	...{ quant_table: 3, trellis_multipass: false, trellis_opt_zero: false, trellis_opt_table: false, trellis_loops: 1 },
	...{ auto_subsample: true, chroma_subsample: 2, separate_chroma_quality: false, chroma_quality: 75 },
};

/** @param instantiate of `@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm` */
export const createJpegEncoder = (instantiate: Instantiate): EncodeJpeg => {
	const encode = createEncode(mozjpeg, instantiate);
	return (rgba, width, height, quality) => {
		const file = encode(rgba, width, height, { ...settings, quality });
		if (file === null) throw new LivestillError('INTERNAL', 'the JPEG encoder failed');
		return file;
	};
};
