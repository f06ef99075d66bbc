/** The decoders behind one function: a keyframe object's body in, planes out. Pure: no clock, no I/O, no platform. */
import type { Codec } from '../shared/codec.ts';
import { LivestillError } from '../shared/errors.ts';
import { decodeAv1 } from './av1/decode.ts';
import type { H264Cores } from './h264/core.ts';
import { createH264Decoder } from './h264/decode.ts';
import type { HevcCore } from './hevc/core.ts';
import { createHevcDecoder } from './hevc/decode.ts';
import { createInstanceKeeper } from './instance-keeper.ts';
import type { Instantiate } from './instantiate.ts';
import { decodeJpeg } from './jpeg/decode.ts';
import { createMozjpegDecoder } from './jpeg/mozjpeg.ts';
import { createOgvDecoder } from './ogv/decode.ts';
import type { Picture } from './picture.ts';
import { decodeVp8 } from './vp8/decode.ts';
import { decodeVp9 } from './vp9/decode.ts';

/**
 * Makes the WebAssembly instances that decoders run in; the composition root knows where the modules come from. A codec
 * whose core is left out is `UNSUPPORTED_CODEC`.
 */
export interface DecoderCores {
	/** Fresh instances of `h264/core/h264.wasm` and `h264/core/h264-high.wasm`. */
	readonly h264: H264Cores;
	/** A fresh instance of `hevc/core/hevc.wasm`. */
	readonly hevc?: () => HevcCore;
	/** `ogv/dist/ogv-decoder-video-vp8-wasm.wasm` */
	readonly vp8?: Instantiate;
	/** `vp9/core/vp9.wasm` */
	readonly vp9?: Instantiate;
	/** `ogv/dist/ogv-decoder-video-av1-simd-wasm.wasm` */
	readonly av1?: Instantiate;
	/** `@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm` */
	readonly jpeg?: Instantiate;
}

export interface Decoder {
	/**
	 * Decodes a keyframe: the body of a keyframe object (`docs/keyframe-object.md`).
	 *
	 * The planes of the answer are valid until the next call. With `acceptDamaged`, a picture of which a part is missing comes with
	 * its `damage`; only H.264 tells parts from the whole.
	 *
	 * @throws LivestillError `UNSUPPORTED_CODEC`, `UNSUPPORTED_FEATURE`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE`, `NO_KEYFRAME`
	 */
	decode(codec: Codec, body: Uint8Array, acceptDamaged?: boolean): Picture;
}

type Decode = (body: Uint8Array, acceptDamaged: boolean) => Picture;

/** Decoders by codec, those without a core left out. */
const createDecoders = (cores: DecoderCores): Partial<Record<Codec, Decode>> => {
	const keeper = createInstanceKeeper();
	const { vp8, vp9, av1, jpeg } = cores;
	const h264 = createH264Decoder(cores.h264);
	const decoders: Partial<Record<Codec, Decode>> = { h264: h264.decode };
	if (cores.hevc !== undefined) decoders.hevc = createHevcDecoder(cores.hevc).decode;
	if (vp8 !== undefined) decoders.vp8 = decodeVp8.bind(null, createOgvDecoder('vp8', vp8, keeper));
	if (vp9 !== undefined) decoders.vp9 = decodeVp9.bind(null, createOgvDecoder('vp9', vp9, keeper));
	if (av1 !== undefined) decoders.av1 = decodeAv1.bind(null, createOgvDecoder('av1', av1, keeper));
	if (jpeg !== undefined) decoders.jpeg = decodeJpeg.bind(null, createMozjpegDecoder(jpeg, keeper));
	return decoders;
};

export const createDecoder = (cores: DecoderCores): Decoder => {
	const decoders = createDecoders(cores);
	return {
		decode: (codec, body, acceptDamaged = false) => {
			const decode = decoders[codec];
			if (decode === undefined) throw new LivestillError('UNSUPPORTED_CODEC', `there is no decoder for ${codec} here`);
			return decode(body, acceptDamaged);
		},
	};
};
