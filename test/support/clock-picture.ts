/**
 * The clock of `test/e2e/support/clock.ts` as H.264, without an encoder: every macroblock is I_PCM, so each picture is a
 * keyframe and exact to the sample. H.264 §§ 7.3.2.1.1, 7.3.2.2, 7.3.3, 7.3.5.
 */
import { addEmulation } from './add-emulation.ts';

const columns = 6;
const rows = 4;
const [black, white, neutral] = [16, 235, 128];

const createBits = () => {
	const bytes: number[] = [];
	let used = 8;
	const u = (count: number, value: number): void => {
		for (let bit = count - 1; bit >= 0; bit -= 1) {
			if (used === 8) {
				bytes.push(0);
				used = 0;
			}
			const last = bytes.length - 1;
			bytes[last] = (bytes[last] ?? 0) | (((value >> bit) & 1) << (7 - used));
			used += 1;
		}
	};
	/** § 9.1 */
	const ue = (...values: readonly number[]): void => {
		for (const value of values) {
			const length = 31 - Math.clz32(value + 1);
			u(length, 0);
			u(length + 1, value + 1);
		}
	};
	return {
		u,
		ue,
		/** Zeros up to a whole byte, then bytes. */
		append: (more: readonly number[]): void => {
			used = 8;
			for (const byte of more) bytes.push(byte);
		},
		/** rbsp_trailing_bits */
		end: (): Uint8Array => {
			u(1, 1);
			return Uint8Array.from(bytes);
		},
	};
};

const nalUnit = (header: number, rbsp: Uint8Array): Uint8Array =>
	Buffer.concat([Uint8Array.of(0, 0, 0, 1), addEmulation(Uint8Array.of(header), rbsp)]);

/** @param scale macroblocks along the side of a cell */
const parameterSets = (scale: number): Uint8Array[] => {
	const sps = createBits();
	sps.u(24, 0x42_c0_1e);
	// Id, frame number of 4 bits, picture order count type 2, no reference frame.
	sps.ue(0, 0, 2, 0);
	sps.u(1, 0);
	sps.ue(columns * scale - 1, rows * scale - 1);
	// Frames only, direct_8x8, no cropping, no VUI.
	sps.u(4, 0b1100);
	const pps = createBits();
	pps.ue(0, 0);
	// CAVLC.
	pps.u(2, 0);
	pps.ue(0, 0, 0);
	pps.u(3, 0);
	pps.ue(0, 0, 0);
	// The deblocking filter is controlled by the slice.
	pps.u(3, 0b100);
	return [nalUnit(0x67, sps.end()), nalUnit(0x68, pps.end())];
};

const macroblocks = new Map(
	[black, white].map((luma) => [luma, [...Array(256).fill(luma), ...Array(128).fill(neutral)]]),
);

/**
 * A keyframe in Annex B, {@link clockSize} large, that shows the milliseconds since the epoch modulo 2^24.
 *
 * @param scale 1 to 8: pictures of publishers that must be told apart have different ones
 */
export const clockPicture = (time: number, scale = 1): Uint8Array => {
	const slice = createBits();
	// First macroblock, I slices only, picture parameter set.
	slice.ue(0, 7, 0);
	slice.u(4, 0);
	// Two IDR pictures in a row have different ids.
	slice.ue(Math.floor(time) & 0xffff);
	slice.u(2, 0);
	slice.ue(0, 1);
	for (let y = 0; y < rows * scale; y += 1)
		for (let x = 0; x < columns * scale; x += 1) {
			const bit = Math.floor(x / scale) + Math.floor(y / scale) * columns;
			const isWhite = Math.floor(time / 2 ** bit) % 2 === 1;
			slice.ue(25);
			slice.append(macroblocks.get(isWhite ? white : black) ?? []);
		}
	return Buffer.concat([...parameterSets(scale), nalUnit(0x65, slice.end())]);
};

export const clockSize = (scale: number) => ({ width: 16 * columns * scale, height: 16 * rows * scale });
