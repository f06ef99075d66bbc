/** Keyframes are complete or they are nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assembler } from '../../ingest-node/assemble/assembler.ts';
import { createAv1Assembler } from '../../ingest-node/assemble/av1.ts';
import { createH264Assembler } from '../../ingest-node/assemble/h264.ts';
import { createHevcAssembler } from '../../ingest-node/assemble/hevc.ts';
import { createVp8Assembler, createVp9Assembler } from '../../ingest-node/assemble/vpx.ts';
import { bytesOfU32, concatBytes } from '../../ingest-node/protocols/bytes.ts';
import { parseVideoTag, type VideoTag } from '../../ingest-node/protocols/rtmp/flv-video.ts';
import { elementaryStream } from '../../ingest-node/unit.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { splitAnnexB } from '../../src/shared/h264/annex-b.ts';
import { nalUnitType } from '../../src/shared/h264/nal.ts';
import { hevcNalTypeOf } from '../../src/shared/hevc/nal.ts';
import { fixture } from './support/fixtures.ts';
import { videoTagsIn } from './support/video-tags-in.ts';

const create = {
	h264: createH264Assembler,
	hevc: createHevcAssembler,
	vp8: createVp8Assembler,
	vp9: createVp9Assembler,
	av1: createAv1Assembler,
} as const;

const tagsOf = (capture: string): VideoTag[] => videoTagsIn(fixture(`rtmp/${capture}.rtmp`)).map(parseVideoTag);

const configIn = (tags: readonly VideoTag[]): Uint8Array => {
	const config = tags.find(({ kind }) => kind === 'config');
	return config?.kind === 'config' ? config.data : new Uint8Array(0);
};

const framesIn = (tags: readonly VideoTag[]) => tags.filter((tag) => tag.kind === 'frame');

const withLengths = (nals: readonly Uint8Array[]): Uint8Array =>
	concatBytes(nals.flatMap((nal) => [bytesOfU32(nal.length), nal]));

const codeOf = (assembler: Assembler, data: Uint8Array): unknown => {
	try {
		return assembler.assemble(data, 0);
	} catch (error) {
		return error instanceof LivestillError ? error.code : error;
	}
};

describe('H.264', () => {
	const tags = tagsOf('ffmpeg51-aac');
	const config = configIn(tags);
	const frames = framesIn(tags);
	const key = frames[0]?.data ?? new Uint8Array(0);
	const inter = frames[1]?.data ?? new Uint8Array(0);
	const configured = (): Assembler => {
		const assembler = createH264Assembler();
		assembler.configure(config);
		return assembler;
	};
	const slices = (data: Uint8Array): Uint8Array[] => {
		const unit = configured().assemble(data, 0);
		return unit === null ? [] : splitAnnexB(elementaryStream(unit)).filter((nal) => nalUnitType(nal) === 5);
	};

	it('puts the parameter sets in front, once', () => {
		const assembler = configured();
		const types = assembler.assemble(key, 0)?.payloads.map(nalUnitType);
		expect(types?.slice(0, 2)).toEqual([7, 8]);
		const [sps, pps] = splitAnnexB(elementaryStream(assembler.assemble(key, 0) ?? never()));
		const inBand = withLengths([
			Uint8Array.of(9, 0xf0),
			sps ?? never(),
			pps ?? never(),
			Uint8Array.of(12, 255),
			...slices(key),
		]);
		expect(assembler.assemble(inBand, 0)?.payloads.map(nalUnitType)).toEqual([7, 8, 5]);
		expect(createH264Assembler().assemble(inBand, 0)?.payloads.map(nalUnitType)).toEqual([7, 8, 5]);
	});

	it('is nothing without them', () => {
		expect(codeOf(createH264Assembler(), withLengths(slices(key)))).toBe('FRAME_DAMAGED');
	});

	it('does not take an inter picture', () => {
		expect(configured().assemble(inter, 0)).toBeNull();
	});

	it('does not take a picture of which a slice is not intra', () => {
		const p = splitInter(inter);
		expect(configured().assemble(withLengths([...slices(key), ...p]), 0)).toBeNull();
	});

	it('takes a new configuration and forgets the old one', () => {
		const assembler = configured();
		assembler.configure(Uint8Array.of(1, 100, 0, 30, 0xff, 0xe0, 0));
		expect(codeOf(assembler, withLengths(slices(key)))).toBe('FRAME_DAMAGED');
	});

	it('refuses a damaged configuration and keeps the old one', () => {
		const assembler = configured();
		expect(() => assembler.configure(config.subarray(0, 9))).toThrow(LivestillError);
		expect(assembler.assemble(key, 0)).not.toBeNull();
	});

	it('refuses lengths that do not add up', () => {
		expect(codeOf(configured(), key.subarray(0, key.length - 1))).toBe('FRAME_DAMAGED');
		expect(codeOf(configured(), Uint8Array.of(0, 0))).toBe('FRAME_DAMAGED');
	});

	it('refuses more than the limit', () => {
		const large = new Uint8Array(16 * 1024 * 1024 + 10);
		large.set((slices(key)[0] ?? never()).subarray(0, 40));
		expect(codeOf(configured(), withLengths([large]))).toBe('FRAME_TOO_LARGE');
	});
});

const never = (): never => {
	throw new Error('the fixture has changed');
};

/** Slices of an inter picture. */
const splitInter = (data: Uint8Array): Uint8Array[] => {
	const nals: Uint8Array[] = [];
	for (let at = 0; at < data.length; ) {
		const length = Buffer.from(data.buffer, data.byteOffset + at, 4).readUInt32BE();
		nals.push(data.subarray(at + 4, at + 4 + length));
		at += 4 + length;
	}
	return nals.filter((nal) => nalUnitType(nal) === 1);
};

describe('HEVC', () => {
	const tags = tagsOf('ffmpeg81-hevc');
	it('puts VPS, SPS and PPS in front', () => {
		const assembler = createHevcAssembler();
		const [first] = framesIn(tags);
		expect(codeOf(assembler, first?.data ?? never())).toBe('FRAME_DAMAGED');
		assembler.configure(configIn(tags));
		const unit = assembler.assemble(first?.data ?? never(), 0);
		expect(unit?.payloads.map(hevcNalTypeOf).slice(0, 3)).toEqual([32, 33, 34]);
		expect(unit).toMatchObject({ width: 98, height: 66 });
	});
});

describe('AV1', () => {
	const tags = tagsOf('ffmpeg81-av1');
	const [first] = framesIn(tags);
	it('takes the sequence header of the configuration when a keyframe has none', () => {
		const whole = createAv1Assembler();
		const unit = whole.assemble(first?.data ?? never(), 0) ?? never();
		const [, header = never(), sequence = never(), ...rest] = unit.payloads;
		const bare = concatBytes(rest);
		expect(codeOf(createAv1Assembler(), bare)).toBe('FRAME_DAMAGED');
		const configured = createAv1Assembler();
		configured.configure(concatBytes([Uint8Array.of(0x81, 0, 0, 0), header, sequence]));
		expect(elementaryStream(configured.assemble(bare, 0) ?? never())).toEqual(elementaryStream(unit));
	});

	it('gives the last OBU a size when it has none', () => {
		const unit = createAv1Assembler().assemble(first?.data ?? never(), 0) ?? never();
		const parts = [...unit.payloads];
		const body = parts.pop() ?? never();
		const header = parts.pop() ?? never();
		const sizeless = concatBytes([...parts, Uint8Array.of((header[0] ?? 0) & ~2), body]);
		expect(elementaryStream(createAv1Assembler().assemble(sizeless, 0) ?? never())).toEqual(elementaryStream(unit));
	});
});

describe.each([
	['ffmpeg51-aac', 'h264'],
	['ffmpeg81-hevc', 'hevc'],
	['ffmpeg81-vp9', 'vp9'],
	['ffmpeg81-av1', 'av1'],
] as const)('%s', (capture, codec) => {
	const tags = tagsOf(capture);
	const frames = framesIn(tags);

	it('knows inter pictures by their first 256 bytes, and never drops a keyframe', () => {
		const assembler = create[codec]();
		assembler.configure(configIn(tags));
		let dropped = 0;
		for (const { data, keyframe } of frames) {
			const unit = assembler.assemble(data, 0);
			expect(unit !== null).toBe(keyframe);
			for (const length of [0, 1, 3, 5, 6, 8, 20, 251, data.length])
				if (unit !== null) expect(assembler.isWorthKeeping(data.subarray(0, length))).toBe(true);
			if (!assembler.isWorthKeeping(data.subarray(0, 251))) dropped += 1;
		}
		expect(dropped).toBe(frames.filter(({ keyframe }) => !keyframe).length);
	});

	it('throws nothing but our error, and keeps its promises, when bytes are changed', () => {
		const config = configIn(tags);
		const [first] = frames;
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
				fc.nat(),
				fc.boolean(),
				(changes, cutAt, changeConfig) => {
					const target = (changeConfig ? config : (first?.data ?? never())).slice();
					for (const [at, value] of changes) target[at % target.length] = value;
					const cut = target.subarray(0, cutAt % 3 === 0 ? cutAt % target.length : target.length);
					const assembler = create[codec]();
					try {
						assembler.configure(changeConfig ? cut : config);
						const unit = assembler.assemble(changeConfig ? (first?.data ?? never()) : cut, 0);
						if (unit === null) return;
						expect(unit.payloads.length).toBeGreaterThan(0);
						expect(unit.payloads.every((payload) => payload.length > 0)).toBe(true);
						expect(Math.max(unit.width, unit.height)).toBeLessThanOrEqual(16_384);
					} catch (error) {
						expect(error).toBeInstanceOf(LivestillError);
					}
				},
			),
			{ numRuns: 500 },
		);
	});
});
