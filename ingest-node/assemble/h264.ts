/** H.264 keyframes: an access unit all of whose slices are intra, with its parameter sets in front. */
import { LivestillError } from '../../src/shared/errors.ts';
import { parseAvcConfiguration } from '../../src/shared/h264/avcc.ts';
import { isIntraAccessUnit } from '../../src/shared/h264/keyframe.ts';
import { isSlice, nalType, nalUnitType } from '../../src/shared/h264/nal.ts';
import { ParameterSets } from '../../src/shared/h264/parameter-sets.ts';
import { peekSlice } from '../../src/shared/h264/slice-header.ts';
import { damaged, keyframeUnit, maxParameterSetBytes, type NalAssembler } from './assembler.ts';
import { splitLengthPrefixed } from './length-prefixed.ts';
import { orientationOf } from './orientation.ts';

const fillerData = 12;
const unused: ReadonlySet<number> = new Set([nalType.accessUnitDelimiter, fillerData]);

const isSei = (nal: Uint8Array): boolean => nalUnitType(nal) === nalType.sei;

const isSet = (nal: Uint8Array): boolean => nalUnitType(nal) === nalType.sps || nalUnitType(nal) === nalType.pps;

/** Bytes of a slice that hold its type for certain. */
const sliceTypeBytes = 24;

/** Size after cropping; 0 × 0 when it is beyond what the edge decodes: then the edge says so. */
const sizeOf = (
	sets: ParameterSets,
	picParameterSetId: number,
): { readonly width: number; readonly height: number } => {
	try {
		return sets.active(picParameterSetId).sps.crop;
	} catch (error) {
		if (error instanceof LivestillError && error.code === 'FRAME_TOO_LARGE') return { width: 0, height: 0 };
		throw error;
	}
};

export const createH264Assembler = (): NalAssembler => {
	let sets = new ParameterSets();
	let lengthSize = 4;

	// Copies: the sets outlive the message that brought them.
	const remember = (nals: readonly Uint8Array[]): void => {
		for (const nal of nals) if (isSet(nal) && nal.length <= maxParameterSetBytes) sets.add(nal.slice());
	};

	const assembleNals: NalAssembler['assembleNals'] = (nals, timestamp) => {
		remember(nals);
		if (!isIntraAccessUnit(nals)) return null;
		const slice = nals.find(isSlice);
		const { picParameterSetId } = (slice && peekSlice(slice)) ?? damaged('H.264: the slice header is cut off');
		const { width, height } = sizeOf(sets, picParameterSetId);
		const payloads = sets.units();
		for (const nal of nals) if (!isSet(nal) && !unused.has(nalUnitType(nal))) payloads.push(nal);
		return keyframeUnit({ codec: 'h264', payloads, timestamp, width, height, ...orientationOf(nals.filter(isSei), 1) });
	};

	return {
		configure: (record) => {
			const configuration = parseAvcConfiguration(record);
			lengthSize = configuration.lengthSize;
			sets = new ParameterSets();
			remember(configuration.parameterSets);
		},
		isWorthKeeping: (head) => {
			for (const nal of splitLengthPrefixed(head, lengthSize, true)) {
				if (isSet(nal)) return true;
				if (isSlice(nal)) return nal.length < sliceTypeBytes || isIntraAccessUnit([nal]);
			}
			return true;
		},
		addParameterSets: remember,
		assemble: (data, timestamp) => assembleNals(splitLengthPrefixed(data, lengthSize), timestamp),
		picture: (data, timestamp) => {
			const payloads = splitLengthPrefixed(data, lengthSize).filter((nal) => !unused.has(nalUnitType(nal)));
			if (!payloads.some(isSlice)) return null;
			return { codec: 'h264', payloads, timestamp, keyframe: false, width: 0, height: 0 };
		},
		assembleNals,
	};
};
