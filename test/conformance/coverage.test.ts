/** The conformance streams reach every coding tool of the decoder: each counter of the coverage build has moved. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { instantiateCore } from '../../cli/h264-core.ts';
import { intraPictures } from '../../src/decoder/h264/coded-pictures.ts';
import type { H264Core } from '../../src/decoder/h264/core.ts';
import { createH264Decoder } from '../../src/decoder/h264/decode.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { nalUnits } from '../../src/shared/h264/nal-units.ts';
import { coverageNames, readCoverage } from '../support/h264-coverage.ts';

const fixtures = fileURLToPath(new URL('../fixtures/h264/', import.meta.url));

test('every macroblock type, prediction mode, transform and filter path is exercised', () => {
	const cores: H264Core[] = [];
	const counting = (build: 'h264-coverage' | 'h264-high-coverage') => (): H264Core => {
		const core = instantiateCore(build);
		cores.push(core);
		return core;
	};
	const decoder = createH264Decoder({
		standard: counting('h264-coverage'),
		high: counting('h264-high-coverage'),
	});
	for (const folder of ['jm', 'x264']) {
		for (const file of readdirSync(fixtures + folder).filter((name) => name.endsWith('.264'))) {
			try {
				for (const picture of intraPictures(nalUnits(readFileSync(`${fixtures}${folder}/${file}`))))
					decoder.decodePicture(picture);
			} catch (error) {
				// Streams that are to be refused are among the fixtures.
				if (!(error instanceof LivestillError)) throw error;
			}
		}
	}
	const counters = cores.map(readCoverage);
	const missing = [...coverageNames].filter(([number]) => counters.every((counts) => counts[number] === 0));
	expect(missing.map(([, name]) => name)).toEqual([]);
});
