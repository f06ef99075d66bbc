/** The chosen picture of an HEVC file, and what is known of it. */
import { intraPictures } from '../src/decoder/hevc/coded-pictures.ts';
import { assertWhole, createHevcDecoder } from '../src/decoder/hevc/decode.ts';
import type { Picture } from '../src/decoder/picture.ts';
import { nalUnits } from '../src/shared/h264/nal-units.ts';
import { choosePicture } from './choose-picture.ts';
import { describeHevc } from './describe-hevc.ts';
import { instantiateHevcCore } from './hevc-core.ts';

/** Decodes picture `number`, from 0 on. `facts` is filled while it goes along, so that an error still comes with what was known. */
export const decodeHevc = (bytes: Uint8Array, number: number, facts: object): Picture => {
	const { chosen, count, laterDamage } = choosePicture(intraPictures(nalUnits(bytes)), number);
	Object.assign(facts, describeHevc(chosen), { picture: number, intraPictures: count });
	if (laterDamage !== undefined) Object.assign(facts, { laterDamage });
	const report = createHevcDecoder(() => instantiateHevcCore('hevc')).decodePicture(chosen);
	const { decodedUnits, totalUnits } = report;
	Object.assign(facts, { decodedUnits, totalUnits });
	assertWhole(report);
	return report.picture;
};
