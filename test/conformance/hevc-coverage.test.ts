/** The HEVC conformance streams reach every coding tool of the decoder: each counter of the coverage build has moved. */
import { expect, test } from 'vitest';
import { instantiateHevcCore } from '../../cli/hevc-core.ts';
import { intraPictures } from '../../src/decoder/hevc/coded-pictures.ts';
import type { HevcCore } from '../../src/decoder/hevc/core.ts';
import { createHevcDecoder } from '../../src/decoder/hevc/decode.ts';
import { nalUnits } from '../../src/shared/h264/nal-units.ts';
import { readManifest, readStream } from '../support/conformance-manifest.ts';
import { hevcCoverageNames, readHevcCoverage } from '../support/hevc-coverage.ts';

// What no stream has: a coefficient of extended precision that is so large that its prefix is cut short.
const unreached = ['escape of limited length'];

test('every mode, transform size and filter path is exercised', () => {
	const cores: HevcCore[] = [];
	const decoder = createHevcDecoder(() => {
		const core = instantiateHevcCore('hevc-coverage');
		cores.push(core);
		return core;
	});
	for (const folder of ['hevc/hm', 'hevc/x265'])
		for (const { file } of readManifest(folder))
			for (const picture of intraPictures(nalUnits(readStream(folder, file)))) decoder.decodePicture(picture);
	const counters = cores.map(readHevcCoverage);
	const missing = [...hevcCoverageNames].filter(([number]) => counters.every((counts) => counts[number] === 0));
	expect(missing.map(([, name]) => name)).toEqual(unreached);
});
