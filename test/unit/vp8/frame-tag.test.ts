import { describe, expect, it } from 'vitest';
import { parseVp8FrameTag } from '../../../src/shared/vp8/frame-tag.ts';

const key = [0x10, 0x02, 0, 0x9d, 0x01, 0x2a, 0x40, 0x41, 0xf0, 0x80];

describe('parseVp8FrameTag', () => {
	it('reads a keyframe and leaves the scaling hints out of its size', () => {
		expect(parseVp8FrameTag(Uint8Array.from(key))).toEqual({ keyframe: true, width: 0x140, height: 0xf0 });
	});
	it('reads an inter frame', () => {
		expect(parseVp8FrameTag(Uint8Array.of(0x11, 0, 0))).toEqual({ keyframe: false, width: 0, height: 0 });
	});
	it.each([[[]], [[0x10, 0]], [key.slice(0, 9)], [[...key.slice(0, 5), 0x2b, ...key.slice(6)]]])(
		'refuses %j',
		(bytes) => {
			expect(parseVp8FrameTag(Uint8Array.from(bytes))).toBeNull();
		},
	);
});
