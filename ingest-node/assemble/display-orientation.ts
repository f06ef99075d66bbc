/**
 * How a camera was held: the display orientation SEI message, the same in H.264 (§ D.1.27, § D.2.27) and H.265 (§ D.2.17,
 * § D.3.17) as far as it is read here.
 */
import { BitReader } from '../../src/shared/bits.ts';
import { removeEmulation } from '../../src/shared/h264/emulation-prevention.ts';
import type { Rotation } from '../../src/shared/keyframe-object.ts';

const displayOrientation = 47;
/** Of the payload are read: cancel, two flips, and an angle of 16 bits. */
const payloadBits = 19;
/** Bytes of a SEI NAL unit that are looked at; captions and the like may make it long. */
const lookedAt = 4096;

/** A number as SEI messages have it: bytes of 255 and a last one, added up. H.264 § 7.3.2.3.1 */
const sum = (bits: BitReader): number => {
	let total = 0;
	for (;;) {
		const byte = bits.u(8);
		total += byte;
		if (byte !== 255 || bits.overrun) return total;
	}
};

const rotations: readonly Rotation[] = [0, 270, 180, 90];

const parsePayload = (bits: BitReader): Rotation | null => {
	if (bits.bitsLeft < payloadBits || bits.flag()) return null;
	// Mirrored both ways is half a turn; a picture that is mirrored one way stays so.
	const isTurned = bits.u(2) === 3;
	// Anticlockwise in 2^-16 of a turn; hands are not that steady.
	const quarters = Math.round(bits.u(16) / 2 ** 14);
	return rotations[(quarters + (isTurned ? 2 : 0)) % 4] ?? null;
};

/**
 * Clockwise degrees that a viewer has to turn the picture, or `null` when the SEI NAL unit does not say.
 *
 * @param headerBytes of the NAL unit: 1 in H.264, 2 in H.265
 */
export const parseDisplayOrientation = (nal: Uint8Array, headerBytes: number): Rotation | null => {
	const bits = new BitReader(removeEmulation(nal, headerBytes, lookedAt));
	// The last byte is rbsp_trailing_bits.
	while (bits.bitsLeft > 16) {
		const type = sum(bits);
		const size = sum(bits);
		if (bits.overrun) return null;
		if (type === displayOrientation) return parsePayload(bits);
		bits.position += size * 8;
	}
	return null;
};
