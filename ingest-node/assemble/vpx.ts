/** VP8 and VP9 keyframes: the frame is the unit, and its header says everything. */
import { parseVp8FrameTag } from '../../src/shared/vp8/frame-tag.ts';
import { parseVp9FrameHeader } from '../../src/shared/vp9/frame-header.ts';
import { type Assembler, damaged, keyframeUnit } from './assembler.ts';

const createVpxAssembler = (codec: 'vp8' | 'vp9'): Assembler => {
	const parse = codec === 'vp8' ? parseVp8FrameTag : parseVp9FrameHeader;
	return {
		// vpcC repeats what the frame header says.
		configure: () => {},
		isWorthKeeping: (head) => parse(head)?.keyframe ?? true,
		assemble: (data, timestamp) => {
			const header = parse(data) ?? damaged(`${codec} frame header is damaged`);
			if (!header.keyframe) return null;
			return keyframeUnit({ codec, payloads: [data], timestamp, width: header.width, height: header.height });
		},
	};
};

export const createVp8Assembler = (): Assembler => createVpxAssembler('vp8');
export const createVp9Assembler = (): Assembler => createVpxAssembler('vp9');
