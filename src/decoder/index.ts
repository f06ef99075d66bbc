/** The decoders behind one function: a keyframe object's body in, planes out. Pure: no clock, no I/O, no platform. */
import type { Codec } from '../shared/codec.ts';
import { LivestillError } from '../shared/errors.ts';
import type { H264Core } from './h264/core.ts';
import { createH264Decoder } from './h264/decode.ts';
import type { Picture } from './picture.ts';

/** Makes the WebAssembly instances that decoders run in; the composition root knows where the modules come from. */
export interface DecoderCores {
	/** A fresh instance of `h264/core/h264.wasm`. */
	readonly h264: () => H264Core;
}

export interface Decoder {
	/**
	 * Decodes a keyframe: the body of a keyframe object (`docs/keyframe-object.md`).
	 *
	 * The planes of the answer are valid until the next call.
	 *
	 * @throws LivestillError `UNSUPPORTED_CODEC`, `UNSUPPORTED_FEATURE`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE`, `NO_KEYFRAME`
	 */
	decode(codec: Codec, body: Uint8Array): Picture;
}

export const createDecoder = (cores: DecoderCores): Decoder => {
	const h264 = createH264Decoder(cores.h264);
	return {
		decode: (codec, body) => {
			if (codec === 'h264') return h264.decode(body);
			throw new LivestillError('UNSUPPORTED_CODEC', `there is no decoder for ${codec} yet`);
		},
	};
};
