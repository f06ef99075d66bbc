/**
 * High dynamic range to what an ordinary screen shows. R, G and B of a PQ or HLG picture become light (BT.2100), relative to
 * the white of subtitles and paper, 203 cd/m² (BT.2408). Up to half of that light stays as it is; what is brighter is
 * pressed together with a Reinhard curve, the more the brighter, by the same factor in R, G and B so that hues stay. BT.2020
 * primaries become those of BT.709, colours outside are clipped, and the result is coded as sRGB.
 *
 * It starts from 8 bits a channel, which is enough for a still of a camera, not for grading.
 */
import type { Picture } from '../decoder/picture.ts';

export type HdrTransfer = 'pq' | 'hlg';

/** How the light of `picture` is coded if it has a high dynamic range, else `null`. H.273 Table 3 */
export const hdrTransferOf = ({ colour }: Picture): HdrTransfer | null => {
	if (colour.transferCharacteristics === 16) return 'pq';
	return colour.transferCharacteristics === 18 ? 'hlg' : null;
};

/** cd/m² */
const referenceWhite = 203;
/** cd/m²: nominal peak of the display that HLG is made for. */
const hlgPeak = 1000;

/** Light in cd/m² of a PQ code value from 0 to 1. BT.2100 Table 4 */
const pqLight = (code: number): number => {
	const [m1, m2, c1, c2, c3] = [2610 / 16384, (2523 / 4096) * 128, 3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
	const power = code ** (1 / m2);
	return 10_000 * (Math.max(0, power - c1) / (c2 - c3 * power)) ** (1 / m1);
};

/** Light of the scene, 0 to 1, of an HLG code value from 0 to 1. BT.2100 Table 5 */
const hlgScene = (code: number): number => {
	const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
	return code <= 0.5 ? code ** 2 / 3 : (Math.exp((code - c) / a) + b) / 12;
};

const table = (size: number, entry: (value: number) => number): Float64Array =>
	Float64Array.from({ length: size }, (_, index) => entry(index / (size - 1)));

const knee = 0.5;

/** Relative light that is shown for `light`; both 1 at reference white without the curve. */
const compress = (light: number): number => {
	if (light <= knee) return light;
	const excess = (light - knee) / (1 - knee);
	return knee + (1 - knee) * (excess / (1 + excess));
};

const srgbSteps = 4096;
const srgb = Uint8Array.from({ length: srgbSteps }, (_, index) => {
	const light = index / (srgbSteps - 1);
	return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
});

const encode = (light: number): number => srgb[Math.round(Math.min(1, Math.max(0, light)) * (srgbSteps - 1))] as number;

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;
// BT.2087: from the primaries of BT.2020 to those of BT.709.
const from2020 = [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187] as const;
const bt2020Primaries = 9;

/** Maps R, G, B, A bytes that {@link hdrTransferOf} `picture` codes, in place. */
export const toneMap = (rgba: Uint8Array, transfer: HdrTransfer, { colour }: Picture): void => {
	const lights = transfer === 'pq' ? table(256, (code) => pqLight(code) / referenceWhite) : table(256, hlgScene);
	const matrix = colour.colourPrimaries === bt2020Primaries ? from2020 : identity;
	const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix;
	for (let at = 0; at < rgba.length; at += 4) {
		const red = lights[rgba[at] as number] as number;
		const green = lights[rgba[at + 1] as number] as number;
		const blue = lights[rgba[at + 2] as number] as number;
		let gain = 1;
		if (transfer === 'hlg') {
			// The system gamma of a display of 1,000 cd/m², 1.2, works on luminance.
			const luminance = 0.2627 * red + 0.678 * green + 0.0593 * blue;
			gain = (hlgPeak / referenceWhite) * luminance ** 0.2;
		}
		const brightest = gain * Math.max(red, green, blue);
		if (brightest > knee) gain *= compress(brightest) / brightest;
		rgba[at] = encode(gain * (rr * red + rg * green + rb * blue));
		rgba[at + 1] = encode(gain * (gr * red + gg * green + gb * blue));
		rgba[at + 2] = encode(gain * (br * red + bg * green + bb * blue));
	}
};
