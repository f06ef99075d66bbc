import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/decoder/picture.ts';
import { hdrTransferOf, toneMap } from '../../../src/image/tone-map.ts';

const tagged = (transferCharacteristics: number, colourPrimaries: number): Picture => ({
	planes: [],
	chromaFormat: 3,
	bitDepthLuma: 10,
	bitDepthChroma: 10,
	crop: { left: 0, top: 0, width: 1, height: 1 },
	fields: 'none',
	sampleAspectRatio: { width: 1, height: 1 },
	colour: { colourPrimaries, transferCharacteristics, matrixCoefficients: 9, fullRange: false },
	chromaSampleLocation: 0,
});

const mapped = (transfer: 'pq' | 'hlg', primaries: number, red: number, green: number, blue: number): number[] => {
	const pixel = Uint8Array.of(red, green, blue, 255);
	toneMap(pixel, transfer, tagged(transfer === 'pq' ? 16 : 18, primaries));
	return [...pixel];
};

/** What an sRGB screen makes of a byte, 1 being its white. */
const shown = (byte: number): number =>
	byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4;

describe('tone mapping', () => {
	it('is for PQ and HLG only', () => {
		expect([1, 2, 13, 14, 15, 16, 17, 18].map((transfer) => hdrTransferOf(tagged(transfer, 9)))).toEqual([
			...[null, null, null, null, null],
			...['pq', null, 'hlg'],
		]);
	});

	// BT.2408 Table 1: code values of grey cards and reference white, in percent, and their light in cd/m².
	it.each([
		['pq', 38, 26, 26 / 203],
		['pq', 58, 203, 0.75],
		['hlg', 38, 26, 26 / 203],
		['hlg', 75, 203, 0.75],
	] as const)('%s at %i %%, %i cd/m²', (transfer, percent, _light, expected) => {
		const code = Math.round(percent * 2.55);
		const [red = 0, green = 0, blue = 0, alpha] = mapped(transfer, 1, code, code, code);
		expect(shown(red)).toBeGreaterThan(expected * 0.93);
		expect(shown(red)).toBeLessThan(expected * 1.07);
		expect([green, blue, alpha]).toEqual([red, red, 255]);
	});

	it.each(['pq', 'hlg'] as const)('%s keeps black black, greys grey and the order of lights', (transfer) => {
		expect(mapped(transfer, 9, 0, 0, 0)).toEqual([0, 0, 0, 255]);
		const greys = Array.from({ length: 256 }, (_, code) => mapped(transfer, 9, code, code, code));
		for (const [code, [red = 0, green = 0, blue = 0]] of greys.entries()) {
			expect(Math.abs(red - green)).toBeLessThanOrEqual(1);
			expect(Math.abs(red - blue)).toBeLessThanOrEqual(1);
			expect(green).toBeGreaterThanOrEqual(greys[code - 1]?.[1] ?? 0);
		}
		expect(greys[255]?.[1]).toBeGreaterThan(235);
	});

	it('takes colours of BT.2020 to those of BT.709', () => {
		// Pure red of BT.2020 lies outside of BT.709: all of it in red, nothing else.
		const [red = 0, green, blue] = mapped('pq', 9, 110, 0, 0);
		expect(red).toBeGreaterThan(mapped('pq', 1, 110, 0, 0)[0] ?? 0);
		expect([green, blue]).toEqual([0, 0]);
	});
});
