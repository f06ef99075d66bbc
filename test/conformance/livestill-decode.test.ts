/** `livestill decode` gives the listed hash of every intra picture of every stream, at the stream's own depth. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodeCommand } from '../../cli/decode.ts';
import { readManifest, streamPath } from '../support/conformance-manifest.ts';

afterEach(() => {
	vi.restoreAllMocks();
});

/** Runs the command in this process. Returns its exit code and the facts of its one line. */
const decode = (path: string, picture: number): { code: number; facts: Record<string, unknown> } => {
	let line = '';
	vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
		line += String(chunk);
		return true;
	});
	const code = decodeCommand([path, '--picture', String(picture)]);
	vi.restoreAllMocks();
	return { code, facts: JSON.parse(line) as Record<string, unknown> };
};

for (const folder of ['h264/jm', 'h264/x264'])
	describe(folder, () => {
		for (const { file, pictures } of readManifest(folder).filter(({ refusal }) => refusal === undefined))
			test(file, () => {
				for (const [index, { md5_all, type }] of pictures.entries()) {
					const { code, facts } = decode(streamPath(folder, file), index);
					expect(code).toBe(0);
					expect(facts.intraPictures).toBe(pictures.length);
					expect(facts.decodedMacroblocks).toBe(facts.totalMacroblocks);
					// The hash of a lone field is that of its own rows; the command shows the frame with lines doubled.
					if (type !== 'I-top+P-bottom') expect(facts.md5).toBe(md5_all);
				}
			});
	});
