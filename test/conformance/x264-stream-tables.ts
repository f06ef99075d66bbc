/** Every stream of `test/fixtures/h264/x264`: what it is drawn from, how it is encoded, what it is there for. */

import type { contents } from './lavfi-content.ts';

/** What the decoder must answer for a stream that it does not decode. */
export type Refusal = 'NO_KEYFRAME';

export interface StreamRecipe {
	/** File name without `.264`. */
	readonly name: string;
	/** The tools that this stream is there for. */
	readonly covers: string;
	/** Encoded size before cropping, `WxH`; 176x144 when absent. */
	readonly size?: string;
	/** Drawing: see `lavfi-content.ts`; `mix` when absent. */
	readonly content?: keyof typeof contents;
	/** Pictures to encode; 2 when absent, all intra unless `x264` says otherwise. */
	readonly frames?: number;
	/** Filter that tags the pictures: libx264 takes the aspect ratio from them. */
	readonly tag?: string;
	/** `-color_range`. */
	readonly range?: 'tv' | 'pc';
	/** `-pix_fmt`; yuv420p when absent. */
	readonly pixelFormat?: string;
	/** `-profile:v`, when it has to be forced. */
	readonly profile?: 'baseline' | 'main' | 'high';
	/** Options for `-x264-params`, after `keyint=1:threads=1`. */
	readonly x264?: string;
	/** Bitstream filter run over the finished stream. */
	readonly bitstreamFilter?: string;
	/** The expected refusal. The plane hashes are recorded all the same, for the day when it decodes. */
	readonly refusal?: Refusal;
}

const flat4 = '8,12,16,20,12,17,22,27,16,22,29,36,20,27,36,45';
const steep4 = '4,40,9,77,40,11,61,17,9,61,33,90,77,17,90,255';
const custom8 = Array.from({ length: 64 }, (_, at) => 6 + ((at * 7) % 64) + (at >> 3)).join(',');

const entropies = [
	{ tag: 'cabac', name: 'CABAC' },
	{ tag: 'cavlc', name: 'CAVLC' },
] as const;

const both = (make: (option: string, tag: string, name: string) => StreamRecipe): StreamRecipe[] =>
	entropies.map(({ tag, name }) => make(`cabac=${tag === 'cabac' ? 1 : 0}`, tag, name));

const partitions: StreamRecipe[] = [
	{ dct: 0, analyse: 'none' },
	{ dct: 0, analyse: 'i4x4' },
	{ dct: 1, analyse: 'none' },
	{ dct: 1, analyse: 'i4x4' },
	{ dct: 1, analyse: 'i8x8' },
	{ dct: 1, analyse: 'all' },
].flatMap(({ dct, analyse }) =>
	both((option, tag, name) => ({
		name: `part-${tag}-dct8${dct}-${analyse}`,
		covers: `${name}, transform_8x8_mode_flag ${dct}, partitions ${analyse}`,
		x264: `${option}:8x8dct=${dct}:analyse=${analyse}:qp=24:subme=9`,
	})),
);

const lumaOnly: StreamRecipe[] = both((option, tag, name) => ({
	name: `luma-only-${tag}`,
	covers: `${name}, Intra_16x16 with coded luma and no chroma (mb_type 13 to 16)`,
	content: 'grey',
	x264: `${option}:8x8dct=0:analyse=none:qp=22:subme=9`,
}));

const profiles: StreamRecipe[] = [
	{ name: 'profile-baseline', covers: 'profile_idc 66', profile: 'baseline', x264: 'qp=28' },
	{ name: 'profile-main', covers: 'profile_idc 77, CABAC', profile: 'main', x264: 'qp=28' },
	{ name: 'profile-main-cavlc', covers: 'profile_idc 77, CAVLC', profile: 'main', x264: 'qp=28:cabac=0' },
	{ name: 'profile-high', covers: 'profile_idc 100', profile: 'high', x264: 'qp=28' },
];

const quantisers: StreamRecipe[] = [1, 12, 26, 40, 51].flatMap((qp) =>
	both((option, tag, name) => ({
		name: `qp-${tag}-${qp}`,
		covers: `${name}, QP ${qp}`,
		size: qp < 20 ? '96x80' : '176x144',
		x264: `${option}:qp=${qp}:subme=7`,
	})),
);

const adaptive: StreamRecipe[] = [
	...[1, 2, 3].map((mode) => ({
		name: `dqp-cabac-aq${mode}`,
		covers: `CABAC mb_qp_delta, aq-mode ${mode}`,
		x264: `crf=26:aq-mode=${mode}:aq-strength=2.5`,
		content: 'patchy' as const,
	})),
	{
		name: 'dqp-cavlc-aq1',
		covers: 'CAVLC mb_qp_delta',
		x264: 'cabac=0:crf=26:aq-mode=1:aq-strength=3',
		content: 'patchy',
	},
	{
		name: 'dqp-wide-crf',
		covers: 'mb_qp_delta over a wide range, low QPs',
		x264: 'crf=10:aq-mode=2:aq-strength=3',
		content: 'patchy',
		size: '96x80',
	},
];

const chromaOffsets: StreamRecipe[] = [-12, -5, 5, 12].flatMap((offset) =>
	both((option, tag) => ({
		name: `cqpo-${tag}-${offset < 0 ? `m${-offset}` : offset}`,
		covers: `chroma_qp_index_offset ${offset}`,
		x264: `${option}:qp=${offset === 12 ? 44 : 28}:chroma-qp-offset=${offset}:no-psy=1`,
	})),
);

const pcm: StreamRecipe[] = both((option, tag, name) => ({
	name: `pcm-${tag}`,
	covers: `I_PCM in ${name}, all macroblocks`,
	size: '64x48',
	content: 'noise',
	x264: `${option}:qp=1:subme=9`,
})).concat(
	both((option, tag, name) => ({
		name: `pcm-mixed-${tag}`,
		covers: `I_PCM in ${name} between other macroblocks, with deblocking beside it`,
		size: '96x64',
		content: 'patchy',
		x264: `${option}:qp=3:subme=9`,
	})),
);

const deblocking: StreamRecipe[] = [
	...both((option, tag) => ({
		name: `deblock-off-${tag}`,
		covers: 'disable_deblocking_filter_idc 1',
		x264: `${option}:qp=32:no-deblock=1`,
	})),
	...['-6:-6', '-6:6', '6:-6', '6:6', '-3:2', '3:-2', '0:4', '5:0'].map((offsets, at) => ({
		name: `deblock-${offsets.replaceAll('-', 'm').replace(':', '-')}`,
		covers: `deblocking offsets (half of alpha:beta) ${offsets}`,
		x264: `cabac=${at & 1}:qp=${30 + (at % 3) * 5}:deblock=${offsets.replace(':', ',')}`,
	})),
	...both((option, tag) => ({
		name: `deblock-idc2-${tag}`,
		covers: 'disable_deblocking_filter_idc 2, slices',
		x264: `${option}:qp=32:sliced-threads=1:threads=4`,
	})),
];

const slices: StreamRecipe[] = [
	{ name: 'slices-3', covers: '3 slices', x264: 'qp=30:slices=3' },
	{ name: 'slices-9-cavlc', covers: '9 slices, one per row, CAVLC', x264: 'qp=30:slices=9:cabac=0' },
	{ name: 'slices-37mb', covers: 'slices that start inside a row', x264: 'qp=30:slice-max-mbs=37' },
	{
		name: 'slices-37mb-cavlc',
		covers: 'slices that start inside a row, CAVLC',
		x264: 'qp=30:slice-max-mbs=37:cabac=0',
	},
	{ name: 'slices-500-bytes', covers: 'slices of at most 500 bytes', x264: 'qp=28:slice-max-size=500' },
	{
		name: 'slices-500-bytes-cavlc',
		covers: 'slices of at most 500 bytes, CAVLC',
		x264: 'qp=28:slice-max-size=500:cabac=0',
	},
	{ name: 'slices-5mb', covers: 'slices of 5 macroblocks', size: '96x80', x264: 'qp=30:slice-max-mbs=5' },
];

const scalingLists: StreamRecipe[] = [
	...both((option, tag) => ({
		name: `cqm-jvt-${tag}`,
		covers: 'default scaling lists through fall-back rules',
		x264: `${option}:qp=26:cqm=jvt`,
	})),
	...both((option, tag) => ({
		name: `cqm-4x4-${tag}`,
		covers: 'transmitted 4x4 scaling list',
		x264: `${option}:qp=22:cqm4=${flat4}`,
	})),
	...both((option, tag) => ({
		name: `cqm-8x8-${tag}`,
		covers: 'transmitted 8x8 scaling list',
		x264: `${option}:qp=22:cqm8=${custom8}`,
	})),
	{
		name: 'cqm-luma-chroma-differ',
		covers: 'different lists for luma and chroma, intra and inter',
		x264: `qp=20:cqm4iy=${flat4}:cqm4ic=${steep4}:cqm4p=${steep4}:cqm8i=${custom8}`,
	},
	{
		name: 'cqm-steep-low-qp',
		covers: 'scaling list entries from 4 to 255, QP 4 (rounding shift of the scaling)',
		size: '96x80',
		x264: `qp=4:cqm4=${steep4}:cqm8=${custom8}`,
	},
];

const tools: StreamRecipe[] = [
	...both((option, tag) => ({
		name: `constrained-intra-${tag}`,
		covers: 'constrained_intra_pred_flag',
		x264: `${option}:qp=28:constrained-intra=1`,
	})),
	...both((option, tag, name) => ({
		name: `lossless-${tag}`,
		covers: `${name}, transform bypass, High 4:4:4 Predictive with 4:2:0`,
		size: '64x48',
		x264: `${option}:qp=0`,
	})),
	{ name: 'lossless-i4x4', covers: 'transform bypass, no 8x8', size: '64x48', x264: 'qp=0:8x8dct=0' },
	{ name: 'trellis', covers: 'trellis 2, psy, subme 9', x264: 'crf=30:trellis=2:subme=9:psy-rd=1,1' },
	{
		name: 'big-levels-cavlc',
		covers: 'CAVLC level_prefix 14 and 15, coarse suffixes',
		content: 'noise',
		size: '64x48',
		x264: 'cabac=0:qp=6:subme=1',
	},
	{
		name: 'big-levels-cabac',
		covers: 'CABAC Exp-Golomb level suffixes',
		content: 'noise',
		size: '64x48',
		x264: 'qp=6:subme=1',
	},
	{ name: 'flat', covers: 'macroblocks without residual', content: 'flat', x264: 'qp=28' },
	{ name: 'flat-cavlc', covers: 'macroblocks without residual, CAVLC', content: 'flat', x264: 'qp=28:cabac=0' },
	{ name: 'soft', covers: 'gradients: plane prediction, DC-only blocks', content: 'soft', x264: 'qp=22' },
	{
		name: 'soft-cavlc',
		covers: 'gradients: plane prediction, DC-only blocks, CAVLC',
		content: 'soft',
		x264: 'qp=22:cabac=0',
	},
	{ name: 'many-pictures', covers: '6 IDR pictures in a row: idr_pic_id', frames: 6, size: '96x80', x264: 'qp=30' },
];

const sizes: StreamRecipe[] = [
	{ name: 'size-16x16', covers: 'one macroblock', size: '16x16', x264: 'qp=24' },
	{ name: 'size-16x16-cavlc', covers: 'one macroblock, CAVLC', size: '16x16', x264: 'qp=24:cabac=0' },
	{ name: 'size-18x34', covers: 'crop to 2 samples of a macroblock', size: '18x34', x264: 'qp=24' },
	{ name: 'size-2x2', covers: 'smallest 4:2:0 picture: crop of 14', size: '2x2', x264: 'qp=24' },
	{ name: 'size-64x16', covers: 'one row', size: '64x16', x264: 'qp=24' },
	{ name: 'size-16x64', covers: 'one column', size: '16x64', x264: 'qp=24:cabac=0' },
	{ name: 'size-318x214', covers: 'crop right and bottom', size: '318x214', frames: 1, x264: 'qp=32' },
	{ name: 'size-320x180', covers: 'crop bottom 12', size: '320x180', frames: 1, x264: 'qp=34' },
	{
		name: 'size-1918x1078',
		covers: '1080p with crop right and bottom',
		size: '1918x1078',
		frames: 1,
		content: 'soft',
		x264: 'qp=36',
	},
	{
		name: 'size-1280x720-slices',
		covers: '720p, 4 slices',
		size: '1280x720',
		frames: 1,
		content: 'soft',
		x264: 'qp=34:slices=4',
	},
	{ name: 'crop-rect', covers: 'crop on all four sides', x264: 'qp=28:crop-rect=4,2,6,8' },
];

const vui: StreamRecipe[] = [
	...['1:1', '12:11', '16:11', '4:3', '64:33', '37:29', '1:2'].map((sar) => ({
		name: `vui-sar-${sar.replace(':', '-')}`,
		covers: `sample aspect ratio ${sar}${sar === '37:29' || sar === '1:2' ? ' (aspect_ratio_idc 255)' : ''}`,
		size: '64x48',
		frames: 1,
		tag: `setsar=${sar.replace(':', '/')}`,
		x264: 'qp=28',
	})),
	...['bt709', 'smpte170m', 'bt470bg', 'fcc', 'smpte240m', 'bt2020nc', 'YCgCo', 'undef'].flatMap((matrix) =>
		['tv', 'pc'].map((range) => ({
			name: `vui-${matrix.toLowerCase()}-${range}`,
			covers: `matrix_coefficients ${matrix}, ${range === 'pc' ? 'full' : 'limited'} range`,
			size: '64x48',
			frames: 1,
			range: range as 'tv' | 'pc',
			x264: `qp=26:colormatrix=${matrix}:colorprim=${matrix.startsWith('bt') ? matrix.replace('nc', '') : 'bt709'}:transfer=bt709`,
		})),
	),
	{ name: 'vui-chromaloc', covers: 'chroma_sample_loc_type 2', size: '64x48', frames: 1, x264: 'qp=28:chromaloc=2' },
	{
		name: 'vui-format-overscan',
		covers: 'video_format, overscan_info',
		size: '64x48',
		x264: 'qp=28:videoformat=pal:overscan=show',
	},
	{
		name: 'hrd-cbr',
		covers: 'HRD parameters, buffering period and picture timing SEI, filler',
		size: '64x48',
		x264: 'nal-hrd=cbr:bitrate=200:vbv-maxrate=200:vbv-bufsize=200',
	},
	{
		name: 'hrd-vbr-pic-struct',
		covers: 'HRD parameters, pic_struct',
		size: '64x48',
		x264: 'nal-hrd=vbr:pic-struct=1:bitrate=200:vbv-maxrate=300:vbv-bufsize=300',
	},
	{ name: 'aud', covers: 'access unit delimiters', size: '64x48', frames: 3, x264: 'qp=28:aud=1' },
	{ name: 'frame-packing', covers: 'frame packing arrangement SEI', size: '64x48', x264: 'qp=28:frame-packing=3' },
	{ name: 'sps-id-31', covers: 'seq_parameter_set_id 31', size: '64x48', x264: 'qp=28:sps-id=31' },
];

const groups: StreamRecipe[] = [
	{
		name: 'gop-ipp',
		covers: 'IDR pictures between P pictures',
		frames: 9,
		x264: 'qp=30:keyint=3:min-keyint=3:bframes=0:scenecut=0',
	},
	{
		name: 'gop-ibbp-cavlc',
		covers: 'IDR pictures between P and B pictures, CAVLC',
		frames: 9,
		x264: 'cabac=0:qp=30:keyint=4:min-keyint=4:bframes=2:b-adapt=0:scenecut=0',
	},
	{
		name: 'open-gop',
		covers: 'I pictures that are not IDR, recovery point SEI, output order unlike decoding order',
		size: '96x80',
		frames: 24,
		x264: 'qp=30:open-gop=1:keyint=6:min-keyint=1:bframes=2:b-adapt=0:scenecut=0',
	},
	{
		name: 'open-gop-slices',
		covers: 'I pictures of several slices that are not IDR',
		size: '96x80',
		frames: 12,
		x264: 'qp=30:open-gop=1:keyint=6:min-keyint=1:bframes=2:b-adapt=0:scenecut=0:slices=3',
	},
	{
		name: 'intra-refresh',
		covers: 'recovery point without an intra picture (its IDR picture taken out)',
		size: '96x80',
		frames: 8,
		x264: 'qp=30:intra-refresh=1:keyint=6:bframes=0',
		bitstreamFilter: 'filter_units=remove_types=5',
		refusal: 'NO_KEYFRAME',
	},
];

/** Formats and interlace. */
const formats: StreamRecipe[] = [
	{
		name: 'fake-interlaced',
		covers: 'frame_mbs_only_flag 0, frame pictures',
		x264: 'qp=28:fake-interlaced=1',
	},
	...both((option, tag) => ({
		name: `mbaff-${tag}`,
		covers: 'MBAFF',
		x264: `${option}:qp=28:interlaced=1`,
	})),
	...both((option, tag) => ({
		name: `mbaff-bff-jvt-${tag}`,
		covers: 'MBAFF, bottom field first, scaling lists, slices',
		x264: `${option}:qp=26:bff=1:cqm=jvt:slices=2`,
	})),
	...['yuv420p10le', 'yuv422p', 'yuv444p', 'gray', 'yuv422p10le', 'yuv444p10le', 'gray10le'].flatMap((pixelFormat) =>
		both((option, tag) => ({
			name: `${pixelFormat.replace('le', '')}-${tag}`,
			covers: pixelFormat,
			size: '96x80',
			pixelFormat,
			x264: `${option}:qp=28`,
		})),
	),
	{
		name: 'lossless-444',
		covers: 'transform bypass in 4:4:4',
		size: '64x48',
		pixelFormat: 'yuv444p',
		x264: 'qp=0',
	},
];

const wideFormats = ['yuv422p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le'] as const;

/** Coding tools in the wider formats: every two of them meet in some stream. */
const wideTools = [
	{ tag: 'cabac-slices-jvt', size: '96x80', x264: 'qp=20:slices=3:cqm=jvt:8x8dct=1:deblock=2,-1' },
	{ tag: 'cavlc-8x8-chroma-offset', size: '96x80', x264: 'cabac=0:qp=34:8x8dct=1:chroma-qp-offset=6:no-psy=1' },
	{ tag: 'cabac-4x4-mbaff', size: '96x96', x264: 'qp=30:8x8dct=0:interlaced=1:chroma-qp-offset=-7' },
	{ tag: 'cavlc-mbaff-slices-jvt', size: '96x96', x264: 'cabac=0:qp=26:interlaced=1:slices=2:cqm=jvt' },
	{ tag: 'cabac-mbaff-8x8', size: '96x96', x264: 'qp=32:interlaced=1:analyse=i8x8:8x8dct=1:deblock=-2,3' },
	{ tag: 'cabac-aq-idc2', size: '128x96', x264: 'crf=24:aq-mode=1:aq-strength=2.5:sliced-threads=1:threads=4' },
	{ tag: 'cavlc-no-deblock-odd', size: '86x70', x264: 'cabac=0:crf=22:aq-mode=2:no-deblock=1:8x8dct=0' },
	{ tag: 'cabac-i16x16', size: '64x64', content: 'soft', x264: 'qp=24:analyse=none:8x8dct=0' },
	{ tag: 'cavlc-i16x16', size: '64x64', content: 'soft', x264: 'cabac=0:qp=18:analyse=none:8x8dct=0' },
	{ tag: 'cabac-pcm', size: '48x48', content: 'patchy', x264: 'qp=3:subme=9' },
	{ tag: 'cavlc-pcm', size: '48x48', content: 'patchy', x264: 'cabac=0:qp=3:subme=9' },
] as const;

const wide: StreamRecipe[] = wideFormats.flatMap((pixelFormat) =>
	wideTools.map(({ tag, ...recipe }) => ({
		name: `${pixelFormat.replace('le', '')}-${tag}`,
		covers: `${pixelFormat}: ${tag.replaceAll('-', ', ')}`,
		frames: 1,
		pixelFormat,
		...recipe,
	})),
);

const contribution: StreamRecipe[] = [
	...([50, 100] as const).map((intraClass) => ({
		name: `avc-intra-${intraClass}`,
		covers: `AVC-Intra class ${intraClass}: ten slices, filler, lists in the SPS`,
		size: intraClass === 50 ? '960x720' : '1280x720',
		frames: 1,
		content: 'flat' as const,
		pixelFormat: intraClass === 50 ? 'yuv420p10le' : 'yuv422p10le',
		x264: `avcintra-class=${intraClass}`,
	})),
	{
		name: 'level-prefix-16',
		covers: '10 bit, CAVLC level_prefix 16',
		size: '32x32',
		frames: 1,
		content: 'stripes',
		pixelFormat: 'yuv420p10le',
		x264: 'cabac=0:qp=1:analyse=none:8x8dct=0:no-psy=1:trellis=0',
	},
];

/** All recipes; names are unique. */
export const x264Streams: readonly StreamRecipe[] = [
	...partitions,
	...profiles,
	...quantisers,
	...adaptive,
	...chromaOffsets,
	...pcm,
	...deblocking,
	...slices,
	...scalingLists,
	...tools,
	...sizes,
	...vui,
	...groups,
	...formats,
	...lumaOnly,
	...wide,
	...contribution,
];
