/** color_config() of an AV1 sequence header. AV1 § 5.5.2. */
import type { BitReader } from '../bits.ts';

/** Code points are those of H.273; 2 = unspecified. */
export interface Av1ColorConfig {
	readonly bitDepth: 8 | 10 | 12;
	readonly monochrome: boolean;
	readonly colorPrimaries: number;
	readonly transferCharacteristics: number;
	readonly matrixCoefficients: number;
	readonly fullRange: boolean;
	readonly subsamplingX: number;
	readonly subsamplingY: number;
}

// sRGB is said with these three, and then neither range nor subsampling is coded.
const bt709Primaries = 1;
const srgbTransfer = 13;
const identityMatrix = 0;

const parseBitDepth = (r: BitReader, profile: number): 8 | 10 | 12 => {
	if (!r.flag()) return 8;
	return profile === 2 && r.flag() ? 12 : 10;
};

const parseSubsampling = (r: BitReader, profile: number, bitDepth: number): readonly [number, number] => {
	if (profile === 0) return [1, 1];
	if (profile === 1) return [0, 0];
	if (bitDepth !== 12) return [1, 0];
	const x = r.u(1);
	return [x, x === 1 ? r.u(1) : 0];
};

export const parseColorConfig = (r: BitReader, profile: number): Av1ColorConfig => {
	const bitDepth = parseBitDepth(r, profile);
	const monochrome = profile !== 1 && r.flag();
	const isDescribed = r.flag();
	const colorPrimaries = isDescribed ? r.u(8) : 2;
	const transferCharacteristics = isDescribed ? r.u(8) : 2;
	const matrixCoefficients = isDescribed ? r.u(8) : 2;
	const colours = { bitDepth, monochrome, colorPrimaries, transferCharacteristics, matrixCoefficients };
	if (monochrome) return { ...colours, fullRange: r.flag(), subsamplingX: 1, subsamplingY: 1 };
	if (
		colorPrimaries === bt709Primaries &&
		transferCharacteristics === srgbTransfer &&
		matrixCoefficients === identityMatrix
	)
		return { ...colours, fullRange: true, subsamplingX: 0, subsamplingY: 0 };
	const fullRange = r.flag();
	const [subsamplingX, subsamplingY] = parseSubsampling(r, profile, bitDepth);
	return { ...colours, fullRange, subsamplingX, subsamplingY };
};
