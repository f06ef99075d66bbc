/** Every keyframe of `test/fixtures/{vp8,vp9,av1,jpeg}`: how it is encoded, what it is there for. */

export interface KeyframeRecipe {
	/** File name without its extension. */
	readonly name: string;
	readonly codec: 'vp8' | 'vp9' | 'av1' | 'jpeg';
	/** The tools that this keyframe is there for. */
	readonly covers: string;
	/** `WxH`; 176x144 when absent. */
	readonly size?: string;
	/** Drawing: see `lavfi-content.ts`; `mix` when absent. */
	readonly content?: 'mix' | 'grey' | 'noise' | 'flat' | 'soft' | 'patchy';
	/** `-pix_fmt`; yuv420p, or yuvj420p for JPEG, when absent. */
	readonly pixelFormat?: string;
	/** FFmpeg's encoder, when it is not the codec's first. */
	readonly encoder?: 'libsvtav1';
	/** Its options. */
	readonly options: string;
	/** The expected refusal, instead of a picture. */
	readonly refusal?: 'UNSUPPORTED_FEATURE';
	/** matrix_coefficients and range that the picture has to carry, when they are not the codec's usual ones. */
	readonly matrix?: number;
	readonly fullRange?: boolean;
}

const vp8: readonly KeyframeRecipe[] = [
	{ name: 'plain', codec: 'vp8', covers: 'what browsers send', size: '320x180', options: '-b:v 1M' },
	{ name: 'odd', codec: 'vp8', covers: 'odd width and height', size: '175x143', options: '-b:v 500k' },
	{ name: 'narrow', codec: 'vp8', covers: 'narrower than a macroblock', size: '9x51', options: '-b:v 500k' },
	{ name: 'coarse', codec: 'vp8', covers: 'strong loop filter', options: '-qmin 60 -qmax 63 -b:v 10k' },
	{ name: 'fine', codec: 'vp8', covers: 'small quantizer', content: 'noise', options: '-qmin 0 -qmax 2 -b:v 20M' },
	{ name: 'partitions', codec: 'vp8', covers: 'eight token partitions', options: '-slices 8 -b:v 500k' },
	{ name: 'profile-1', codec: 'vp8', covers: 'version 1: simple loop filter', options: '-profile:v 1 -b:v 300k' },
	{ name: 'profile-3', codec: 'vp8', covers: 'version 3', options: '-profile:v 3 -b:v 300k' },
	{ name: 'sharp', codec: 'vp8', covers: 'loop filter sharpness', options: '-sharpness 7 -b:v 100k' },
	{
		name: 'hd',
		codec: 'vp8',
		covers: 'BT.601 also at 720 rows',
		size: '1280x720',
		content: 'soft',
		options: '-b:v 500k',
	},
];

const vp9: readonly KeyframeRecipe[] = [
	{ name: 'plain', codec: 'vp9', covers: 'what browsers send', size: '320x180', options: '-b:v 1M' },
	{ name: 'odd', codec: 'vp9', covers: 'odd width and height', size: '175x143', options: '-b:v 500k' },
	{ name: 'narrow', codec: 'vp9', covers: 'narrower than a superblock', size: '9x51', options: '-b:v 500k' },
	{ name: 'coarse', codec: 'vp9', covers: 'strong loop filter', options: '-crf 63 -b:v 0' },
	{ name: 'middle', codec: 'vp9', covers: 'loop filter', size: '320x180', options: '-crf 45 -b:v 0' },
	{ name: 'patchy', codec: 'vp9', covers: 'many block sizes', content: 'patchy', options: '-crf 35 -b:v 0' },
	{ name: 'sharp', codec: 'vp9', covers: 'loop filter sharpness', options: '-sharpness 5 -crf 50 -b:v 0' },
	{ name: 'fine', codec: 'vp9', covers: 'small quantizer', content: 'noise', options: '-crf 2 -b:v 0' },
	{ name: 'lossless', codec: 'vp9', covers: 'lossless', size: '64x64', options: '-lossless 1' },
	{ name: 'tiles', codec: 'vp9', covers: 'tile columns', size: '640x80', options: '-tile-columns 2 -b:v 1M' },
	{
		name: 'segments',
		codec: 'vp9',
		covers: 'segmentation',
		content: 'patchy',
		options: '-aq-mode 1 -crf 50 -b:v 0',
	},
	{ name: 'screen', codec: 'vp9', covers: 'screen content', options: '-tune-content screen -crf 40 -b:v 0' },
	{
		name: 'bt709-full',
		codec: 'vp9',
		covers: 'colour description',
		options: '-colorspace bt709 -color_range pc -crf 50 -b:v 0',
		matrix: 1,
		fullRange: true,
	},
	{ name: '422', codec: 'vp9', covers: 'profile 1, 4:2:2', pixelFormat: 'yuv422p', options: '-crf 45 -b:v 0' },
	{
		name: '444-odd',
		codec: 'vp9',
		covers: 'profile 1, 4:4:4',
		size: '77x53',
		pixelFormat: 'yuv444p',
		options: '-crf 45 -b:v 0',
	},
	{
		name: 'rgb',
		codec: 'vp9',
		covers: 'profile 1, RGB',
		pixelFormat: 'gbrp',
		options: '-crf 45 -b:v 0',
		matrix: 0,
		fullRange: true,
	},
	{
		name: '440',
		codec: 'vp9',
		covers: 'profile 1, 4:4:0',
		pixelFormat: 'yuv440p',
		options: '-crf 60 -b:v 0',
		refusal: 'UNSUPPORTED_FEATURE',
	},
	{
		name: '10-bit',
		codec: 'vp9',
		covers: 'profile 2',
		pixelFormat: 'yuv420p10le',
		options: '-crf 60 -b:v 0',
		refusal: 'UNSUPPORTED_FEATURE',
	},
];

const aom = '-cpu-used 6 -threads 1';

const av1: readonly KeyframeRecipe[] = [
	{ name: 'plain', codec: 'av1', covers: 'libaom', size: '320x180', options: `${aom} -crf 35` },
	{
		name: 'realtime',
		codec: 'av1',
		covers: 'what browsers send',
		size: '320x180',
		options: '-usage realtime -cpu-used 8',
	},
	{ name: 'odd', codec: 'av1', covers: 'odd width and height', size: '175x143', options: `${aom} -crf 35` },
	{ name: 'narrow', codec: 'av1', covers: 'narrower than a superblock', size: '17x51', options: `${aom} -crf 35` },
	{ name: 'coarse', codec: 'av1', covers: 'strong filters', options: `${aom} -crf 63` },
	{ name: 'fine', codec: 'av1', covers: 'small quantizer', content: 'noise', options: `${aom} -crf 3` },
	{ name: 'lossless', codec: 'av1', covers: 'lossless', size: '64x64', options: `${aom} -aom-params lossless=1` },
	{
		name: 'tiles',
		codec: 'av1',
		covers: 'tiles in groups',
		size: '320x160',
		options: `${aom} -tiles 2x2 -aom-params num-tile-groups=2`,
	},
	{
		name: 'screen',
		codec: 'av1',
		covers: 'palette, intra block copy',
		options: `${aom} -crf 35 -aom-params tune-content=screen`,
	},
	{
		name: 'grain',
		codec: 'av1',
		covers: 'film grain',
		content: 'noise',
		options: `${aom} -crf 45 -aom-params film-grain-test=3`,
	},
	{ name: 'still', codec: 'av1', covers: 'reduced still picture header', options: `${aom} -crf 35 -still-picture 1` },
	{
		name: 'error-resilient',
		codec: 'av1',
		covers: 'frame ids',
		options: `${aom} -crf 35 -aom-params error-resilient=1`,
	},
	{
		name: 'bt709-full',
		codec: 'av1',
		covers: 'colour description',
		options: `${aom} -crf 50 -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range pc`,
		matrix: 1,
		fullRange: true,
	},
	{
		name: 'svt',
		codec: 'av1',
		covers: 'SVT-AV1',
		size: '320x180',
		encoder: 'libsvtav1',
		options: '-preset 10 -crf 40',
	},
	{
		name: '444',
		codec: 'av1',
		covers: 'profile 1',
		pixelFormat: 'yuv444p',
		options: `${aom} -crf 60`,
		refusal: 'UNSUPPORTED_FEATURE',
	},
	{
		name: '10-bit',
		codec: 'av1',
		covers: 'profile 0, 10 bits',
		pixelFormat: 'yuv420p10le',
		options: `${aom} -crf 60`,
		refusal: 'UNSUPPORTED_FEATURE',
	},
	{
		name: 'grey',
		codec: 'av1',
		covers: 'monochrome',
		pixelFormat: 'gray',
		options: `${aom} -crf 60`,
		refusal: 'UNSUPPORTED_FEATURE',
	},
];

const jpeg: readonly KeyframeRecipe[] = [
	{ name: '420', codec: 'jpeg', covers: 'what cameras send', size: '320x180', options: '-q:v 5' },
	{ name: '420-odd', codec: 'jpeg', covers: 'odd width and height', size: '175x143', options: '-q:v 4' },
	{ name: '422', codec: 'jpeg', covers: '4:2:2', pixelFormat: 'yuvj422p', options: '-q:v 5' },
	{ name: '444-odd', codec: 'jpeg', covers: '4:4:4', size: '77x53', pixelFormat: 'yuvj444p', options: '-q:v 5' },
	{ name: 'grey', codec: 'jpeg', covers: 'one component', pixelFormat: 'gray', options: '-q:v 5' },
	{ name: 'restart', codec: 'jpeg', covers: 'restart markers', options: '-q:v 5 -slices 4 -threads 4' },
	{ name: 'default-huffman', codec: 'jpeg', covers: 'default Huffman tables', options: '-q:v 5 -huffman default' },
	{ name: 'coarse', codec: 'jpeg', covers: 'large quantizers', options: '-q:v 31' },
	{ name: 'fine', codec: 'jpeg', covers: 'small quantizers', content: 'noise', options: '-q:v 1 -qmin 1' },
	{ name: 'progressive', codec: 'jpeg', covers: 'progressive', options: 'progressive' },
	{ name: 'progressive-444', codec: 'jpeg', covers: 'progressive 4:4:4', size: '175x143', options: 'progressive 444' },
];

export const keyframeRecipes: readonly KeyframeRecipe[] = [...vp8, ...vp9, ...av1, ...jpeg];
