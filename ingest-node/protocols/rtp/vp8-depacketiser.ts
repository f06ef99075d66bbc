/**
 * VP8 in RTP. RFC 7741 § 4.2.
 *
 *     | X 1, R 1, N 1, S 1, R 1, PID 3 | with X: I 1, L 1, T 1, K 1, R 4
 *     | with I: M 1, picture id 7 or 15 | with L: TL0PICIDX 8 | with T or K: 8 | bytes of the frame |
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { u8 } from '../bytes.ts';
import { createDepacketiser, type Depacketiser } from './depacketiser.ts';
import { createFrameParts } from './frame-parts.ts';

/** Bytes of the payload descriptor. */
const descriptorSize = (payload: Uint8Array): number => {
	if ((u8(payload, 0) & 0x80) === 0) return 1;
	const extension = u8(payload, 1);
	let size = 2;
	if (extension & 0x80) size += u8(payload, size) & 0x80 ? 2 : 1;
	if (extension & 0x40) size += 1;
	if (extension & 0x30) size += 1;
	return size;
};

/** S is set and PID is 0: the first partition starts here, and with it the frame. */
const isStart = (payload: Uint8Array): boolean => (u8(payload, 0) & 0x17) === 0x10;

export const createVp8Depacketiser = (): Depacketiser => {
	const frame = createFrameParts();
	return createDepacketiser({
		begins: isStart,
		add: (payload) => {
			const size = descriptorSize(payload);
			if (size >= payload.length)
				throw new LivestillError('PROTOCOL_VIOLATION', 'VP8 payload: nothing is behind the descriptor');
			if (isStart(payload) !== (frame.parts.length === 0))
				throw new LivestillError('PROTOCOL_VIOLATION', 'VP8 payload: a frame does not begin with its first partition');
			frame.add(payload.subarray(size));
		},
		// The inverse key frame flag, RFC 6386 § 9.1.
		isKeyframe: () => ((frame.parts[0]?.[0] ?? 1) & 1) === 0,
		finish: frame.finish,
		clear: frame.clear,
	});
};
