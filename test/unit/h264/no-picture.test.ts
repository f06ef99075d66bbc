import { expect, test } from 'vitest';
import { noPicture } from '../../../src/decoder/h264/no-picture.ts';

// first_mb_in_slice 0, pic_parameter_set_id 0 and the slice_type between them, as ue(v).
const slice = (type: 'P' | 'I' | 'SI' | 'SP'): Uint8Array => {
	const bits = { P: '1', I: '011', SI: '00101', SP: '00100' }[type];
	return Uint8Array.of(0x61, Number.parseInt(`1${bits}1`.padEnd(8, '0'), 2), 0x80);
};

test.each([
	['nothing', [], 'NO_KEYFRAME', 'no intra picture'],
	['P slices', [slice('P')], 'NO_KEYFRAME', 'no intra picture'],
	['an SI slice', [slice('P'), slice('SI')], 'UNSUPPORTED_FEATURE', 'SI slices'],
	['SP slices, which predict', [slice('SP')], 'NO_KEYFRAME', 'no intra picture'],
	['a data partition A', [Uint8Array.of(0x62, 0xb8)], 'UNSUPPORTED_FEATURE', 'data partitioning'],
	['data partitions B and C', [Uint8Array.of(3, 1), Uint8Array.of(4, 1)], 'UNSUPPORTED_FEATURE', 'data partitioning'],
])('%s', (_, units, code, words) => {
	const { code: found, message } = noPicture(units);
	expect(found).toBe(code);
	expect(message).toContain(words);
});
