/** Every stream of `test/fixtures/hevc/x265`: what it is drawn from, how it is encoded, what it is there for. */
import type { contents } from './lavfi-content.ts';

export interface HevcRecipe {
	/** File name without `.265`. */
	readonly name: string;
	/** The tools that this stream is there for. */
	readonly covers: string;
	/** Encoded size, `WxH`; 160x128 when absent. */
	readonly size?: string;
	/** Drawing: see `lavfi-content.ts`; `mix` when absent. */
	readonly content?: keyof typeof contents;
	/** `-pix_fmt`; yuv420p when absent. */
	readonly pixelFormat?: string;
	/** Options for `-x265-params`. */
	readonly x265?: string;
	readonly preset?: string;
}

const ctuSizes: HevcRecipe[] = [16, 32, 64].flatMap((ctu) =>
	[8, 16].map((minimum) => ({
		name: `ctu${ctu}-min${minimum}`,
		covers: `CTU ${ctu}, smallest CU ${minimum}`,
		x265: `ctu=${ctu}:min-cu-size=${minimum}:max-tu-size=${Math.min(ctu, 32)}:crf=24`,
	})),
);

const transformSizes: HevcRecipe[] = [4, 8, 16, 32].map((size) => ({
	name: `max-tu-${size}`,
	covers: `transforms up to ${size}, quadtree depth 4`,
	x265: `max-tu-size=${size}:tu-intra-depth=4:crf=22`,
}));

const quantisers: HevcRecipe[] = [0, 1, 12, 26, 38, 51].map((qp) => ({
	name: `qp-${qp}`,
	covers: `QP ${qp}`,
	x265: `qp=${qp}`,
}));

const formats: HevcRecipe[] = ['gray', 'yuv420p', 'yuv422p', 'yuv444p'].flatMap((format) =>
	[8, 10, 12].map((depth) => ({
		name: `${format}-${depth}`,
		covers: `${format}, ${depth} bit`,
		pixelFormat: depth === 8 ? format : `${format}${depth}le`,
		x265: 'crf=20:tskip=1',
	})),
);

const tools: HevcRecipe[] = [
	{ name: 'no-sao', covers: 'no SAO', x265: 'no-sao=1' },
	// x265 3.5 does not end with wavefronts but without deblocking.
	{ name: 'sao-only', covers: 'SAO without deblocking', x265: 'deblock=false:wpp=0:qp=34' },
	{ name: 'no-deblock', covers: 'neither filter', x265: 'no-sao=1:deblock=false:wpp=0' },
	{ name: 'deblock-weaker', covers: 'deblocking offsets -6', x265: 'deblock=-6,-6:qp=36' },
	{ name: 'deblock-stronger', covers: 'deblocking offsets 6', x265: 'deblock=6,6:qp=30' },
	{ name: 'sao-coarse', covers: 'SAO at a high QP', x265: 'qp=44', content: 'patchy' },
	{ name: 'tskip', covers: 'transform skip', x265: 'tskip=1:qp=24', content: 'patchy' },
	{ name: 'tskip-fast', covers: 'transform skip, fast decision', x265: 'tskip=1:tskip-fast=1:qp=18' },
	{ name: 'lossless', covers: 'lossless', x265: 'lossless=1' },
	{ name: 'lossless-444', covers: 'lossless, 4:4:4', x265: 'lossless=1', pixelFormat: 'yuv444p' },
	{ name: 'lossless-10', covers: 'lossless, 10 bit', x265: 'lossless=1', pixelFormat: 'yuv420p10le' },
	{ name: 'cu-lossless', covers: 'lossless coding units', x265: 'cu-lossless=1:qp=8', content: 'flat' },
	{ name: 'no-signhide', covers: 'no sign data hiding', x265: 'no-signhide=1:qp=20' },
	{ name: 'signhide', covers: 'sign data hiding', x265: 'signhide=1:qp=20' },
	{ name: 'scaling-list', covers: 'default scaling lists', x265: 'scaling-list=default:qp=22' },
	{
		name: 'scaling-list-444',
		covers: 'default scaling lists, 4:4:4',
		x265: 'scaling-list=default:qp=22',
		pixelFormat: 'yuv444p',
	},
	{ name: 'strong-smoothing', covers: 'strong intra smoothing', x265: 'strong-intra-smoothing=1', content: 'soft' },
	{ name: 'no-strong-smoothing', covers: 'no strong smoothing', x265: 'no-strong-intra-smoothing=1', content: 'soft' },
	{ name: 'constrained-intra', covers: 'constrained intra prediction', x265: 'constrained-intra=1' },
	{ name: 'wpp', covers: 'wavefronts', x265: 'wpp=1:pools=2:ctu=16:min-cu-size=8:max-tu-size=16' },
	{ name: 'no-wpp', covers: 'no wavefronts', x265: 'no-wpp=1' },
	{ name: 'slices', covers: 'two slices', x265: 'slices=2:ctu=16:max-tu-size=16:wpp=1' },
	{ name: 'slices-4', covers: 'four slices', size: '160x256', x265: 'slices=4:ctu=32:wpp=1:qp=30' },
	{ name: 'aq', covers: 'QP that moves', x265: 'aq-mode=3:aq-strength=3:qg-size=8:crf=26', content: 'patchy' },
	{ name: 'qg-64', covers: 'quantisation groups of a CTU', x265: 'aq-mode=2:aq-strength=3:qg-size=64:crf=26' },
	{ name: 'chroma-offsets', covers: 'chroma QP offsets', x265: 'cbqpoffs=-6:crqpoffs=9:qp=30' },
	{ name: 'crop-odd', covers: 'conformance window', size: '150x118' },
	{ name: 'crop-422', covers: 'conformance window, 4:2:2', size: '154x113', pixelFormat: 'yuv422p' },
	{ name: 'crop-444', covers: 'odd conformance window, 4:4:4', size: '155x117', pixelFormat: 'yuv444p' },
	{ name: 'odd-444', covers: 'odd size, 4:4:4', size: '175x143', pixelFormat: 'yuv444p', x265: 'crf=22' },
	{ name: 'tiny', covers: 'a picture smaller than a CTU', size: '32x32' },
	{ name: 'open-gop', covers: 'CRA pictures', x265: 'open-gop=1:keyint=3:min-keyint=3:bframes=1:crf=28' },
	{ name: 'ultrafast', covers: 'preset ultrafast', preset: 'ultrafast' },
	{ name: 'veryslow', covers: 'preset veryslow', preset: 'veryslow', x265: 'crf=20:rdoq-level=2' },
	{ name: 'noise', covers: 'large coefficients', content: 'noise', x265: 'qp=2' },
	{
		name: 'noise-12',
		covers: 'large coefficients, 12 bit',
		content: 'noise',
		x265: 'qp=0',
		pixelFormat: 'yuv444p12le',
	},
	{
		name: 'hdr-tags',
		covers: 'VUI',
		x265: 'colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited:hrd=1:vbv-maxrate=4000:vbv-bufsize=4000',
		pixelFormat: 'yuv420p10le',
	},
];

/** Angles that other pictures have no large blocks of. */
const angles: HevcRecipe[] = ([3, 12, 14] as const).map((mode) => ({
	name: `mode-${mode}`,
	covers: `intra mode ${mode} in blocks of 32x32`,
	size: '256x192',
	content: `waveOfMode${mode}`,
	preset: 'veryslow',
	x265: 'ctu=64:min-cu-size=32:max-tu-size=32:qp=22:fast-intra=0:rd=6',
}));

/** All recipes; the position is the seed of the drawing. */
export const x265Streams: readonly HevcRecipe[] = [
	...ctuSizes,
	...transformSizes,
	...quantisers,
	...formats,
	...tools,
	...angles,
];
