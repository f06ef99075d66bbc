/** From video messages to access units: reads the tag, keeps one assembler for the codec of the stream. */
import type { Codec } from '../../../src/shared/codec.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Assembler } from '../../assemble/assembler.ts';
import { createAv1Assembler } from '../../assemble/av1.ts';
import { createH264Assembler } from '../../assemble/h264.ts';
import { createHevcAssembler } from '../../assemble/hevc.ts';
import { createVp8Assembler, createVp9Assembler } from '../../assemble/vpx.ts';
import type { AccessUnit } from '../../unit.ts';
import { parseVideoTag } from './flv-video.ts';

export interface UnitAssembler {
	/**
	 * Whether a video message is of any use, judged by its first bytes: it can bring a keyframe or a configuration, or all
	 * pictures are wanted. Never throws.
	 *
	 * @param timestamp of the message, milliseconds
	 */
	isWorthKeeping(head: Uint8Array, timestamp: number): boolean;
	/**
	 * The picture that the message holds, a keyframe unless all are wanted, or `null`. The unit's payloads are views of
	 * `tag`.
	 *
	 * @param timestamp of the message, milliseconds
	 * @throws LivestillError why the message was discarded
	 */
	add(tag: Uint8Array, timestamp: number): AccessUnit | null;
}

/** Who is interested in more than keyframes. */
export interface PictureObserver {
	/** Whether pictures between keyframes are wanted now. */
	readonly wantsAll: boolean;
	/** Hears of every picture in decoding order, wanted or not. Milliseconds. */
	see(presentation: number, decoding: number): void;
}

const nobody: PictureObserver = { wantsAll: false, see: () => {} };

const assemblers: Partial<Record<Codec, () => Assembler>> = {
	h264: createH264Assembler,
	hevc: createHevcAssembler,
	vp8: createVp8Assembler,
	vp9: createVp9Assembler,
	av1: createAv1Assembler,
};

export const createUnitAssembler = (observer: PictureObserver = nobody): UnitAssembler => {
	let codec: Codec | null = null;
	let assembler: Assembler | null = null;

	/** The assembler for `wanted`; a change of codec in the middle of a stream forgets the old one. */
	const assemblerFor = (wanted: Codec): Assembler => {
		if (assembler !== null && codec === wanted) return assembler;
		const create = assemblers[wanted];
		if (create === undefined) throw new LivestillError('UNSUPPORTED_CODEC', `${wanted} does not come over RTMP`);
		codec = wanted;
		assembler = create();
		return assembler;
	};

	return {
		isWorthKeeping: (head, timestamp) => {
			try {
				const tag = parseVideoTag(head);
				if (tag.kind !== 'frame') return tag.kind !== 'nothing';
				observer.see(timestamp + tag.compositionTime, timestamp);
				if (tag.keyframe || observer.wantsAll) return true;
				return codec !== tag.codec || assembler === null || assembler.isWorthKeeping(tag.data);
			} catch {
				// The whole message will tell what is wrong with it.
				return true;
			}
		},
		add: (bytes, timestamp) => {
			const tag = parseVideoTag(bytes);
			if (tag.kind === 'nothing') return null;
			if (tag.kind === 'config') {
				assemblerFor(tag.codec).configure(tag.data);
				return null;
			}
			const current = assemblerFor(tag.codec);
			const time = timestamp + tag.compositionTime;
			const unit = current.assemble(tag.data, time);
			if (unit === null && tag.keyframe)
				throw new LivestillError('FRAME_DAMAGED', 'the publisher says keyframe, but the picture is not intra');
			if (unit === null && observer.wantsAll) return current.picture?.(tag.data, time) ?? null;
			return unit;
		},
	};
};
