import { describe, expect, it } from 'vitest';
import { parseDisplayOrientation } from '../../ingest-node/assemble/display-orientation.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

// The message as FFmpeg 5.1 writes it: `-bsf:v h264_metadata=display_orientation=insert:rotate=…:flip=…`. FFmpeg turns anticlockwise.
const messages = [
	{ made: 'rotate=90', hex: '2f03080009', clockwise: 270 },
	{ made: 'rotate=180', hex: '2f03100009', clockwise: 180 },
	{ made: 'rotate=270', hex: '2f03180009', clockwise: 90 },
	{ made: 'rotate=45, to the next quarter', hex: '2f03040009', clockwise: 270 },
	{ made: 'flip=horizontal', hex: '2f03400009', clockwise: 0 },
	{ made: 'rotate=90:flip=vertical', hex: '2f03280009', clockwise: 270 },
	{ made: 'flip=horizontal+vertical', hex: '2f03600009', clockwise: 180 },
];

describe.each(messages)('$made', ({ hex, clockwise }) => {
	it('is read from H.264', () => expect(parseDisplayOrientation(bytes(`06${hex}80`), 1)).toBe(clockwise));

	it('is read from H.265', () => expect(parseDisplayOrientation(bytes(`4e01${hex}80`), 2)).toBe(clockwise));

	it('is found behind other messages', () => {
		const settings = `05ffff${(675 - 510).toString(16)}${'61'.repeat(675)}`;
		expect(parseDisplayOrientation(bytes(`06${settings}${hex}80`), 1)).toBe(clockwise);
	});
});

it.each([
	{ name: 'nothing', hex: '' },
	{ name: 'a header only', hex: '06' },
	{ name: 'another message', hex: '060101aa80' },
	{ name: 'a message that cancels', hex: '062f018080' },
	{ name: 'a message that is cut off', hex: '062f0308' },
	{ name: 'a size without end', hex: `062f${'ff'.repeat(5000)}` },
	{ name: 'a message longer than the NAL unit', hex: '0605ff01aa80' },
])('$name says nothing', ({ hex }) => expect(parseDisplayOrientation(bytes(hex), 1)).toBeNull());
