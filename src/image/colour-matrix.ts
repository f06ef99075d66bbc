/** Which conversion a picture wants: matrix_coefficients of H.273 Table 4, with a rule for pictures that do not say. */
import type { Picture } from '../decoder/picture.ts';

/** Kr and Kb of a YCbCr matrix. H.273 § 8.3, equations 38 to 40 */
export interface LumaWeights {
	readonly kind: 'ycbcr';
	readonly kr: number;
	readonly kb: number;
}

/** `gbr`: the planes are G, B, R themselves. `ycgco`: H.273 equations 44 to 47. */
export type ColourMatrix = LumaWeights | { readonly kind: 'gbr' } | { readonly kind: 'ycgco' };

const weights = (kr: number, kb: number): LumaWeights => ({ kind: 'ycbcr', kr, kb });

const bt709 = weights(0.2126, 0.0722);
const bt601 = weights(0.299, 0.114);
const bt2020 = weights(0.2627, 0.0593);

const byCode: Readonly<Record<number, ColourMatrix>> = {
	0: { kind: 'gbr' },
	1: bt709,
	4: weights(0.3, 0.11),
	5: bt601,
	6: bt601,
	7: weights(0.212, 0.087),
	8: { kind: 'ycgco' },
	9: bt2020,
	// Constant luminance needs the transfer function as well; what encoders tag with it is close to 9.
	10: bt2020,
};

// Code 12 derives the matrix from the primaries; for these two the result is one of the above.
const byPrimaries: Readonly<Record<number, number>> = { 1: 1, 9: 9 };

/** Rows from which on an untagged picture is taken for high definition, as players and ffmpeg's filters do. */
const highDefinitionRows = 720;

/**
 * The code point that `picture` is converted with. Untagged, or tagged with what nothing is known of: BT.709 from 720
 * displayed rows on, else BT.601.
 */
export const matrixCodeOf = ({ colour, chromaFormat, crop }: Picture): number => {
	const { matrixCoefficients, colourPrimaries } = colour;
	const code = matrixCoefficients === 12 ? byPrimaries[colourPrimaries] : matrixCoefficients;
	const matrix = code === undefined ? undefined : byCode[code];
	// G, B and R of different sizes is not a thing: such a tag is a mistake. H.264 § E.2.1
	if (code === undefined || matrix === undefined || (matrix.kind === 'gbr' && chromaFormat !== 3))
		return crop.height >= highDefinitionRows ? 1 : 6;
	return code;
};

/** The conversion of {@link matrixCodeOf}. */
export const matrixOf = (picture: Picture): ColourMatrix => byCode[matrixCodeOf(picture)] ?? bt601;
