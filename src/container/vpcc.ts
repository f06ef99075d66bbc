/** VP8 and VP9 in an MP4: `vp08`, `vp09` and `vpcC`. "VP Codec ISO Media File Format Binding" 1.0 */
import { LivestillError } from '../shared/errors.ts';
import { parseVp8FrameTag } from '../shared/vp8/frame-tag.ts';
import { parseVp9FrameHeader, type Vp9ColorConfig } from '../shared/vp9/frame-header.ts';
import { fullBox, u16 } from './box.ts';
import type { CodedFrame } from './sample-entry.ts';

interface VpConfiguration {
	readonly profile: number;
	readonly width: number;
	readonly height: number;
	readonly bitDepth: number;
	/** 1: 4:2:0 with chroma at the top left sample, 2: 4:2:2, 3: 4:4:4. */
	readonly chromaSubsampling: number;
	readonly fullRange: boolean;
	/** H.273 code point. */
	readonly matrix: number;
}

/** Greatest luma picture size of each level. VP9 levels, Table 1: level times ten, samples */
const levels = [
	[10, 36_864],
	[11, 73_728],
	[20, 122_880],
	[21, 245_760],
	[30, 552_960],
	[31, 983_040],
	[40, 2_228_224],
	[50, 8_912_896],
	[60, 35_651_584],
] as const;

const levelOf = (samples: number): number => levels.find(([, most]) => samples <= most)?.[0] ?? 62;

const unspecified = 2;

const configurationBox = (of: VpConfiguration): Uint8Array =>
	fullBox(
		'vpcC',
		{ version: 1 },
		[of.profile, levelOf(of.width * of.height)],
		[(of.bitDepth << 4) | (of.chromaSubsampling << 1) | Number(of.fullRange)],
		[unspecified, unspecified, of.matrix],
		u16(0), // codecInitializationDataSize
	);

const frameOf = (entry: string, of: VpConfiguration, body: Uint8Array): CodedFrame => ({
	width: of.width,
	height: of.height,
	sampleAspect: 1,
	entry,
	configuration: configurationBox(of),
	sample: [body],
});

const damaged = (codec: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `this is no ${codec} keyframe`);
};

const bt601 = 6;

/** @throws LivestillError `FRAME_DAMAGED` */
export const vp8Frame = (body: Uint8Array): CodedFrame => {
	const tag = parseVp8FrameTag(body);
	if (tag === null || !tag.keyframe) return damaged('VP8');
	const { width, height } = tag;
	const profile = ((body[0] ?? 0) >> 1) & 7;
	const format = { bitDepth: 8, chromaSubsampling: 1, fullRange: false, matrix: bt601 };
	return frameOf('vp08', { profile, width, height, ...format }, body);
};

const subsamplingOf = ({ subsamplingX, subsamplingY }: Vp9ColorConfig): number =>
	subsamplingX === 0 ? 3 : subsamplingY === 0 ? 2 : 1;

/** color_space to matrix_coefficients, VP9 § 7.2.2 and H.273 Table 4. */
const matrices: readonly number[] = [unspecified, bt601, 1, 6, 7, 9, unspecified, 0];

/** @throws LivestillError `FRAME_DAMAGED` */
export const vp9Frame = (body: Uint8Array): CodedFrame => {
	const header = parseVp9FrameHeader(body);
	if (header === null || header.color === null) return damaged('VP9');
	const { width, height, color } = header;
	// frame_marker, profile_low_bit, profile_high_bit. VP9 § 6.2
	const profile = (((body[0] ?? 0) >> 5) & 1) | (((body[0] ?? 0) >> 3) & 2);
	const { bitDepth, fullRange } = color;
	const format = {
		bitDepth,
		fullRange,
		chromaSubsampling: subsamplingOf(color),
		matrix: matrices[color.colorSpace] ?? 2,
	};
	return frameOf('vp09', { profile, width, height, ...format }, body);
};
