import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVideoTag } from '../../ingest-node/protocols/rtmp/flv-video.ts';
import { LivestillError } from '../../src/shared/errors.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const data = (hex: string): Uint8Array => bytes(hex);
const avc1 = '61766331';
const hvc1 = '68766331';
const vp09 = '76703039';
const av01 = '61763031';

const frame = (codec: string, keyframe: boolean, compositionTime: number, hex: string) => ({
	kind: 'frame',
	codec,
	keyframe,
	compositionTime,
	data: data(hex),
});

describe('parseVideoTag', () => {
	const cases: readonly [string, string, unknown][] = [
		['AVC configuration', '17 00 000000 0142', { kind: 'config', codec: 'h264', data: data('0142') }],
		['AVC keyframe', '17 01 000050 aa', frame('h264', true, 80, 'aa')],
		['AVC picture with a negative offset', '27 01 ffffb0 aa', frame('h264', false, -80, 'aa')],
		['AVC end of sequence with frame type 1', '17 02 000000', { kind: 'nothing' }],
		['HEVC by its unofficial id', '1c 01 000000 aa', frame('hevc', true, 0, 'aa')],
		['generated keyframe', '47 01 000000 aa', frame('h264', true, 0, 'aa')],
		['seek command', '57 00', { kind: 'nothing' }],
		['nothing at all', '', { kind: 'nothing' }],
		['HEVC sequence start', `90 ${hvc1} 01`, { kind: 'config', codec: 'hevc', data: data('01') }],
		['HEVC coded frames', `91 ${hvc1} 000014 aa`, frame('hevc', true, 20, 'aa')],
		['HEVC coded frames X', `a3 ${hvc1} aa`, frame('hevc', false, 0, 'aa')],
		['AVC by FourCC', `91 ${avc1} 000000 aa`, frame('h264', true, 0, 'aa')],
		['VP9 coded frames have no offset', `91 ${vp09} aabb`, frame('vp9', true, 0, 'aabb')],
		['AV1 coded frames', `a1 ${av01} aa`, frame('av1', false, 0, 'aa')],
		['sequence end', `92 ${hvc1}`, { kind: 'nothing' }],
		['metadata', '94 02', { kind: 'nothing' }],
		['MPEG-2 TS sequence start', `95 ${av01} 00`, { kind: 'nothing' }],
		['enhanced command', 'd1 00', { kind: 'nothing' }],
		['ModEx with a nanosecond offset', `97 02 000001 01 ${av01} aa`, frame('av1', true, 0, 'aa')],
		['ModEx twice', `97 00 ff 07 00 ff 03 ${av01} aa`, frame('av1', true, 0, 'aa')],
		['ModEx of 256 bytes', `97 ff 00ff ${'00'.repeat(256)} 03 ${av01} aa`, frame('av1', true, 0, 'aa')],
		['one track', `96 03 ${vp09} 00 aa`, frame('vp9', true, 0, 'aa')],
		['one track that is not track 0', `96 03 ${vp09} 01 aa`, { kind: 'nothing' }],
		['track 0 of many', `96 13 ${vp09} 01 000001 bb 00 000002 aacc`, frame('vp9', true, 0, 'aacc')],
		['track 0 of many codecs', `96 23 ${av01} 01 000001 bb ${vp09} 00 000001 aa`, frame('vp9', true, 0, 'aa')],
		['configuration in a track', `96 00 ${hvc1} 00 01`, { kind: 'config', codec: 'hevc', data: data('01') }],
	];
	it.each(cases)('%s', (_name, hex, tag) => {
		expect(parseVideoTag(bytes(hex))).toEqual(tag);
	});

	const refused: readonly [string, string, string][] = [
		['Sorenson', '12 00', 'UNSUPPORTED_CODEC'],
		['an unknown FourCC', '93 41424344 aa', 'UNSUPPORTED_CODEC'],
		['a FourCC of control characters', '93 00010203 aa', 'UNSUPPORTED_CODEC'],
		['a short AVC tag', '17 01 00', 'PROTOCOL_VIOLATION'],
		['an unknown AVC packet type', '17 03 000000', 'PROTOCOL_VIOLATION'],
		['a short enhanced tag', '93 6176', 'PROTOCOL_VIOLATION'],
		['a missing offset', `91 ${hvc1} 0000`, 'PROTOCOL_VIOLATION'],
		['an endless ModEx', '97 05 00', 'PROTOCOL_VIOLATION'],
		['an unknown multitrack type', `96 33 ${vp09} 00`, 'PROTOCOL_VIOLATION'],
		['a multitrack in a multitrack', `96 06 ${vp09} 00`, 'PROTOCOL_VIOLATION'],
		['a track that is cut off', `96 13 ${vp09} 00 000009 aa`, 'PROTOCOL_VIOLATION'],
	];
	it.each(refused)('refuses: %s', (_name, hex, code) => {
		expect(() => parseVideoTag(bytes(hex))).toThrow(expect.objectContaining({ code }));
	});

	it('throws nothing but our error', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), (tag) => {
				try {
					parseVideoTag(tag);
				} catch (error) {
					expect(error).toBeInstanceOf(LivestillError);
				}
			}),
			{ numRuns: 2000 },
		);
	});
});
