/** Names of the counters of the HEVC core's coverage build, by number: `src/decoder/hevc/core/coverage.ts` has the numbers. */

const range = (first: number, names: readonly string[]): [number, string][] =>
	names.map((name, index) => [first + index, name]);

const sizes = ['4x4', '8x8', '16x16', '32x32'] as const;
const ofSizes = (name: string): string[] => sizes.map((size) => `${name} ${size}`);

export const hevcCoverageNames: ReadonlyMap<number, string> = new Map([
	...range(
		0,
		sizes.flatMap((size) => Array.from({ length: 35 }, (_, mode) => `luma ${size} mode ${mode}`)),
	),
	...range(
		140,
		Array.from({ length: 35 }, (_, mode) => `chroma mode ${mode}`),
	),
	...range(175, ['DST 4x4', ...ofSizes('DCT')]),
	...range(181, ofSizes('DC only').slice(1)),
	...range(184, ofSizes('wide transform')),
	...range(188, ofSizes('transform skip')),
	...range(192, ofSizes('transquant bypass')),
	...range(196, ['horizontal RDPCM', 'vertical RDPCM', 'rotation', 'cross-component prediction']),
	...range(200, ['diagonal scan', 'horizontal scan', 'vertical scan', 'sign data hiding']),
	...range(204, ['short escape', 'long escape', 'escape of limited length', 'persistent Rice', 'bypass alignment']),
	...range(209, ofSizes('scaling list')),
	...range(213, ['PCM', 'NxN', 'cu_qp_delta']),
	...range(
		216,
		Array.from({ length: 6 }, (_, index) => `cu_chroma_qp_offset_idx ${index}`),
	),
	...range(222, ['no smoothing', 'smoothing', 'strong smoothing']),
	...range(225, ['DC edge filter', 'vertical edge filter', 'horizontal edge filter']),
	...range(228, ['neighbours missing', 'all neighbours missing', '4:2:2 lower square']),
	...range(231, ['dependent segment', 'tile start', 'contexts from the row above', 'contexts anew in a row']),
	...range(235, ['SAO band', 'SAO 0°', 'SAO 90°', 'SAO 135°', 'SAO 45°', 'SAO merge left', 'SAO merge up']),
	...range(242, ['SAO at a slice border', 'SAO at a tile border', 'SAO of lossless samples']),
	...range(245, ['strong vertical edge', 'strong horizontal edge', 'weak vertical edge', 'weak horizontal edge']),
	...range(249, ['chroma vertical edge', 'chroma horizontal edge', 'edge of lossless samples']),
	...range(252, ['slice edge left alone', 'tile edge left alone', 'edge of deep samples']),
]);

/** Counters of an instance of the coverage build. */
export const readHevcCoverage = (core: { memory: { buffer: ArrayBuffer }; coverageAddress(): number }): Uint32Array =>
	new Uint32Array(core.memory.buffer, core.coverageAddress(), 256).slice();
