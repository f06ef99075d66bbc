/**
 * VP9 in RTP. RFC 9628 § 4.2.
 *
 *     | I 1, P 1, L 1, F 1, B 1, E 1, V 1, Z 1 | with I: M 1, picture id 7 or 15
 *     | with L: TID 3, U 1, SID 3, D 1, and without F: TL0PICIDX 8
 *     | with P and F: up to three × P_DIFF 7, N 1 | with V: scalability structure | bytes of the frame |
 *
 * Of a picture in several spatial layers the lowest is taken: it is the one that decodes alone.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { parseVp9FrameHeader } from '../../../src/shared/vp9/frame-header.ts';
import { u8 } from '../bytes.ts';
import { createDepacketiser, type Depacketiser } from './depacketiser.ts';
import { createFrameParts } from './frame-parts.ts';

const bit = { i: 0x80, p: 0x40, l: 0x20, f: 0x10, b: 0x08, e: 0x04, v: 0x02 } as const;
const maxReferences = 3;

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `VP9 payload: ${why}`);
};

/** Bytes of the scalability structure at `start`. § 4.2.1 */
const structureSize = (payload: Uint8Array, start: number): number => {
	const head = u8(payload, start);
	let at = start + 1;
	if (head & 0x10) at += 4 * ((head >> 5) + 1);
	if (head & 0x08) {
		const pictures = u8(payload, at);
		at += 1;
		for (let picture = 0; picture < pictures && at < payload.length; picture += 1)
			at += 1 + ((u8(payload, at) >> 2) & 3);
	}
	return at - start;
};

/** Where the layer indices are. */
const layerAt = (payload: Uint8Array): number => {
	if ((u8(payload, 0) & bit.i) === 0) return 1;
	return u8(payload, 1) & 0x80 ? 3 : 2;
};

const spatialLayer = (payload: Uint8Array): number =>
	u8(payload, 0) & bit.l ? (u8(payload, layerAt(payload)) >> 1) & 7 : 0;

/** Bytes of the payload descriptor. @throws LivestillError `PROTOCOL_VIOLATION` */
const descriptorSize = (payload: Uint8Array): number => {
	const flags = u8(payload, 0);
	let at = layerAt(payload);
	if (flags & bit.l) at += flags & bit.f ? 1 : 2;
	if (flags & bit.p && flags & bit.f) {
		for (let references = 1; ; references += 1) {
			const isLast = (u8(payload, at) & 1) === 0;
			at += 1;
			if (isLast) break;
			if (references === maxReferences) fail(`more than ${maxReferences} references`);
		}
	}
	if (flags & bit.v) at += structureSize(payload, at);
	if (at >= payload.length) fail('nothing is behind the descriptor');
	return at;
};

const isStart = (payload: Uint8Array): boolean => (u8(payload, 0) & bit.b) !== 0 && spatialLayer(payload) === 0;

export const createVp9Depacketiser = (): Depacketiser => {
	const frame = createFrameParts();
	let hasEnded = false;
	return createDepacketiser({
		begins: isStart,
		add: (payload) => {
			const size = descriptorSize(payload);
			if (spatialLayer(payload) > 0) return;
			if (isStart(payload) !== (frame.parts.length === 0) || (hasEnded && frame.parts.length > 0))
				fail('a frame has no beginning or two');
			hasEnded = (u8(payload, 0) & bit.e) !== 0;
			frame.add(payload.subarray(size));
		},
		// By content: FFmpeg leaves P at 0 in every packet.
		isKeyframe: () => frame.parts[0] !== undefined && (parseVp9FrameHeader(frame.parts[0])?.keyframe ?? true),
		finish: () => (frame.parts.length > 0 && !hasEnded ? fail('a frame has no end') : frame.finish()),
		clear: () => {
			frame.clear();
			hasEnded = false;
		},
	});
};
