import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitReader } from '../../../src/shared/bits.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { splitAnnexB } from '../../../src/shared/h264/annex-b.ts';
import { isIntraAccessUnit } from '../../../src/shared/h264/keyframe.ts';
import { nalUnitType } from '../../../src/shared/h264/nal.ts';
import { ParameterSets } from '../../../src/shared/h264/parameter-sets.ts';
import { parsePps } from '../../../src/shared/h264/pps.ts';
import { parseSliceHeader } from '../../../src/shared/h264/slice-header.ts';
import { parseSps } from '../../../src/shared/h264/sps.ts';

const units = (path: string): Uint8Array[] =>
	splitAnnexB(new Uint8Array(readFileSync(new URL(`../../fixtures/h264/${path}`, import.meta.url))));

const unit = (path: string, type: number): Uint8Array => {
	const found = units(path).find((nal) => nalUnitType(nal) === type);
	if (found === undefined) throw new Error(`${path} has no NAL unit of type ${type}`);
	return found;
};

describe('BitReader', () => {
	test('reads what a bit writer wrote', () => {
		// Each field as its number of bits and its value.
		const field = fc.integer({ min: 1, max: 32 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(2 ** size - 1)));
		fc.assert(
			fc.property(fc.array(field), (fields) => {
				const text = fields.map(([size, value]) => value.toString(2).padStart(size, '0')).join('');
				const packed = (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
				const reader = new BitReader(Uint8Array.from(packed));
				for (const [size, value] of fields) expect(reader.u(size)).toBe(value);
				expect(reader.overrun).toBe(false);
			}),
		);
	});

	test.each([
		[0, '1'],
		[1, '010'],
		[2, '011'],
		[7, '0001000'],
		[2 ** 32 - 2, `${'0'.repeat(31)}1${'1'.repeat(31)}`],
	])('ue(v) %d is %s (Table 9-2)', (value, code) => {
		const packed = (code.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
		expect(new BitReader(Uint8Array.from(packed)).ue()).toBe(value);
	});

	test('a code of zeros only is an overrun, not a hang', () => {
		const reader = new BitReader(new Uint8Array(1000));
		expect(reader.ue()).toBe(0);
		expect(reader.overrun).toBe(true);
		expect(() => reader.finish('test')).toThrow(LivestillError);
	});
});

describe('parameter sets', () => {
	test('crop, aspect ratio and colour of a stream with everything in its VUI', () => {
		const sps = parseSps(unit('jm/syn_vui_cavlc.264', 7));
		expect(sps.vui).toMatchObject({ sarWidth: 40, sarHeight: 33, colourPrimaries: 9, transferCharacteristics: 16 });
		expect(sps.vui.matrixCoefficients).toBe(9);
		expect(parseSps(unit('jm/syn_crop_odd_cabac.264', 7)).crop).toMatchObject({ left: 2, top: 4 });
	});

	test('a PPS falls back to the lists of its SPS (rule set B)', () => {
		const sps = parseSps(unit('jm/qm_fallback_cabac.264', 7));
		const pps = parsePps(unit('jm/qm_fallback_cabac.264', 8), () => sps);
		expect(sps.scalingLists).not.toBeNull();
		expect(pps.scalingLists.lists4x4).toHaveLength(6);
		expect(pps.scalingLists.lists8x8[0]).toHaveLength(64);
	});

	test('a picture beyond the limits is refused before anything is allocated', () => {
		// profile 66, level 51; ue 0 three times, poc type 2, 1 reference frame, 65,536 × 65,536 macroblocks.
		const huge = Uint8Array.of(
			0x67,
			66,
			0,
			51,
			0b1101_1010,
			0b0000_0000,
			0b0000_0000,
			0b1000_0000,
			0,
			0,
			0x03,
			0,
			0x80,
			0,
			0x80,
		);
		expect(() => parseSps(huge)).toThrow(expect.objectContaining({ name: 'LivestillError' }));
	});

	test('a set sent again with other content replaces the old one', () => {
		const sets = new ParameterSets();
		for (const nal of units('jm/syn_samepps_cavlc.264')) sets.add(nal);
		expect(sets.units().filter((nal) => nalUnitType(nal) === 8)).toHaveLength(1);
	});

	test('a missing set is named', () => {
		const sets = new ParameterSets();
		expect(() => sets.active(3)).toThrow(/PPS 3 is missing/);
		sets.add(unit('x264/profile-high.264', 8));
		expect(() => sets.active(0)).toThrow(/SPS 0 is missing/);
	});

	test('any bytes are parsed or refused by our error', () => {
		const sps = parseSps(unit('x264/profile-high.264', 7));
		const pps = parsePps(unit('x264/profile-high.264', 8), () => sps);
		const parsers = [
			(nal: Uint8Array) => parseSps(nal),
			(nal: Uint8Array) => parsePps(nal, () => sps),
			(nal: Uint8Array) => parseSliceHeader(nal, sps, pps),
		];
		const seeds = [7, 8, 5].map((type) => unit('x264/profile-high.264', type).slice(0, 200));
		const nal = fc.oneof(
			fc.uint8Array({ maxLength: 80 }),
			fc
				.tuple(fc.constantFrom(...seeds), fc.nat(60), fc.nat(255), fc.nat(200))
				.map(([seed, at, value, size]) => seed.with(Math.min(at, seed.length - 1), value).slice(0, size)),
		);
		fc.assert(
			fc.property(fc.constantFrom(...parsers), nal, (parse, bytes) => {
				try {
					parse(bytes);
				} catch (error) {
					expect(error).toBeInstanceOf(LivestillError);
				}
			}),
			{ numRuns: 5000 },
		);
	});
});

describe('keyframes by content', () => {
	test('I pictures are, whatever their NAL type; P pictures and mixtures are not', () => {
		const types = (path: string) => units(path).filter((nal) => [1, 5].includes(nalUnitType(nal)));
		const idr = types('x264/profile-high.264').slice(0, 1);
		const inter = types('x264/gop-ipp.264').slice(1, 2);
		expect(isIntraAccessUnit(idr)).toBe(true);
		expect(isIntraAccessUnit(inter)).toBe(false);
		expect(isIntraAccessUnit([...idr, ...inter])).toBe(false);
		expect(isIntraAccessUnit([])).toBe(false);
		expect(isIntraAccessUnit([unit('x264/profile-high.264', 7)])).toBe(false);
		const nonIdr = types('jm/syn_poctype1_cabac.264').find((nal) => nalUnitType(nal) === 1);
		expect(nonIdr && isIntraAccessUnit([nonIdr])).toBe(true);
	});
});
