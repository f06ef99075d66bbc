/** Names of the counters of the core's coverage build, by number: `src/decoder/h264/core/coverage.ts` has the numbers. */

const range = (first: number, names: readonly string[]): [number, string][] =>
	names.map((name, index) => [first + index, name]);

const mbTypes = (entropy: string): string[] => [
	`${entropy} I_NxN`,
	...Array.from({ length: 24 }, (_, i) => `${entropy} I_16x16 mb_type ${i + 1}`),
	`${entropy} I_PCM`,
];

const dcVariants = (name: string): string[] => [`${name} DC left`, `${name} DC top`, `${name} DC none`];

const nxnModes = (size: string): string[] => {
	const modes = ['vertical', 'horizontal', 'DC', 'down left', 'down right', 'vertical right', 'horizontal down'];
	return [...modes, 'vertical left', 'horizontal up'].map((mode) => `${size} ${mode}`).concat(dcVariants(size));
};

export const coverageNames: ReadonlyMap<number, string> = new Map([
	...range(0, mbTypes('CAVLC')),
	...range(26, mbTypes('CABAC')),
	...range(52, nxnModes('Intra_4x4')),
	...range(64, nxnModes('Intra_8x8')),
	...range(
		76,
		['vertical', 'horizontal', 'DC', 'plane'].map((mode) => `Intra_16x16 ${mode}`),
	),
	...range(80, dcVariants('Intra_16x16')),
	...range(
		83,
		['DC', 'horizontal', 'vertical', 'plane'].map((mode) => `chroma ${mode}`),
	),
	...range(87, dcVariants('chroma')),
	...range(90, ['4x4 transform', '4x4 DC only', '8x8 transform', '8x8 DC only', 'transform bypass']),
	...range(95, ['8x8 block in CAVLC', '8x8 block in CABAC']),
	...range(97, ['luma bS 4 vertical', 'luma bS 4 horizontal', 'luma bS 3 vertical', 'luma bS 3 horizontal']),
	...range(101, ['chroma bS 4 vertical', 'chroma bS 4 horizontal', 'chroma bS 3 vertical', 'chroma bS 3 horizontal']),
	...range(105, ['deblocking idc 0', 'deblocking idc 1', 'deblocking idc 2']),
	...range(108, ['slice edge filtered', 'slice edge left alone', 'deblocking with 8x8 transform']),
	...range(111, ['CAVLC level_prefix 14', 'CAVLC level_prefix 15', 'CAVLC level_prefix 16', 'CABAC level suffix']),
	...range(115, ['nC 0 and 1', 'nC 2 and 3', 'nC 4 to 7', 'nC 8 and more', 'nC of chroma DC', 'nC of 4:2:2 chroma DC']),
	...range(121, ['QP wraps', 'slice groups']),
	...range(123, ['lossless 4x4 DPCM', 'lossless 8x8 DPCM', 'lossless 16x16 DPCM', 'lossless chroma DPCM']),
	...range(
		127,
		['CAVLC', 'CABAC'].flatMap((entropy) => ['4x4', '8x8', '16x16'].map((size) => `${entropy} 4:4:4 ${size}`)),
	),
	...range(133, ['4:0:0', '4:2:0', '4:2:2', '4:4:4', 'separate colour planes']),
]);

/** Counters of an instance of the coverage build. */
export const readCoverage = (core: { memory: { buffer: ArrayBuffer }; coverageAddress(): number }): Uint32Array =>
	new Uint32Array(core.memory.buffer, core.coverageAddress(), 144).slice();
