/** From depacketised frames to access units: keeps the assembler of the stream's codec and its clock. */
import type { Codec } from '../../../src/shared/codec.ts';
import type { Assembler, NalAssembler } from '../../assemble/assembler.ts';
import { createAv1Assembler } from '../../assemble/av1.ts';
import { createH264Assembler } from '../../assemble/h264.ts';
import { createHevcAssembler } from '../../assemble/hevc.ts';
import { createJpegAssembler } from '../../assemble/jpeg.ts';
import { createVp8Assembler, createVp9Assembler } from '../../assemble/vpx.ts';
import type { AccessUnit } from '../../unit.ts';
import { createAv1Depacketiser } from './av1-depacketiser.ts';
import type { Depacketiser, RtpFrame } from './depacketiser.ts';
import { createH264Depacketiser } from './h264-depacketiser.ts';
import { createHevcDepacketiser } from './hevc-depacketiser.ts';
import { createJpegDepacketiser } from './jpeg-depacketiser.ts';
import { createTimeline } from './sequence.ts';
import { createVp8Depacketiser } from './vp8-depacketiser.ts';
import { createVp9Depacketiser } from './vp9-depacketiser.ts';

/** Ticks a second of every video payload format. */
export const videoClockRate = 90_000;

export interface RtpUnits {
	readonly depacketiser: Depacketiser;
	/** Takes parameter sets of the SDP, `sprop-parameter-sets` and the like, as NAL units. Ignored where there are none. */
	addParameterSets(nals: readonly Uint8Array[]): void;
	/**
	 * The keyframe that a frame holds, or `null` when it is another kind of frame or incomplete.
	 *
	 * @throws LivestillError why a keyframe was discarded
	 */
	toUnit(frame: RtpFrame): AccessUnit | null;
}

const nalCodecs = {
	h264: { assembler: createH264Assembler, depacketiser: createH264Depacketiser },
	hevc: { assembler: createHevcAssembler, depacketiser: createHevcDepacketiser },
} as const;

const frameCodecs = {
	vp8: { assembler: createVp8Assembler, depacketiser: createVp8Depacketiser },
	vp9: { assembler: createVp9Assembler, depacketiser: createVp9Depacketiser },
	av1: { assembler: createAv1Assembler, depacketiser: createAv1Depacketiser },
	jpeg: { assembler: createJpegAssembler, depacketiser: createJpegDepacketiser },
} as const;

const isNalCodec = (codec: Codec): codec is keyof typeof nalCodecs => codec in nalCodecs;

export const createRtpUnits = (codec: Codec): RtpUnits => {
	const milliseconds = createTimeline(videoClockRate);
	if (isNalCodec(codec)) {
		const assembler: NalAssembler = nalCodecs[codec].assembler();
		return {
			depacketiser: nalCodecs[codec].depacketiser(),
			addParameterSets: assembler.addParameterSets,
			toUnit: ({ complete, keyframe, timestamp, payloads }) => {
				const time = milliseconds(timestamp);
				return complete && keyframe ? assembler.assembleNals(payloads(), time) : null;
			},
		};
	}
	const assembler: Assembler = frameCodecs[codec].assembler();
	return {
		depacketiser: frameCodecs[codec].depacketiser(),
		addParameterSets: () => {},
		toUnit: ({ complete, keyframe, timestamp, payloads }) => {
			const time = milliseconds(timestamp);
			const [frame] = complete && keyframe ? payloads() : [];
			return frame === undefined ? null : assembler.assemble(frame, time);
		},
	};
};
