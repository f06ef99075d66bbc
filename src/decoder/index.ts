/** The decoders behind one function: a keyframe object's body in, planes out. Pure: no clock, no I/O, no platform. */
import type { Codec } from '../shared/codec.ts';
import { LivestillError } from '../shared/errors.ts';
import type { Picture } from './picture.ts';

/** Makes the WebAssembly instances that decoders run in; the composition root knows where the modules come from. */
export interface DecoderCores {
	/** A fresh instance of `h264/core`. Called once, and again after a trap or an outsized picture. */
	readonly h264: () => unknown;
}

export interface Decoder {
	/**
	 * Decodes a keyframe: the body of a keyframe object (`docs/keyframe-object.md`).
	 *
	 * The planes of the answer are valid until the next call.
	 *
	 * @throws LivestillError `UNSUPPORTED_CODEC`, `UNSUPPORTED_FEATURE`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE`
	 */
	decode(codec: Codec, body: Uint8Array): Picture;
}

export const createDecoder = (_cores: DecoderCores): Decoder => ({
	decode(codec) {
		throw new LivestillError('UNSUPPORTED_CODEC', `no decoder for ${codec}`);
	},
});
