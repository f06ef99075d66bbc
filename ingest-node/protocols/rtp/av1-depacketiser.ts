/**
 * AV1 in RTP. "RTP Payload Format For AV1", version 1.0, § 4.
 *
 *     | Z 1, Y 1, W 2, N 1, 0 3 | element | element | …
 *
 * An element is an OBU or a fragment of one, with its length in front as leb128; where W is not 0 it counts the elements
 * and the last one has no length. Z: the first continues the last of the packet before; Y: the last goes on in the next.
 */

import { leb128, obuType, sizedObuHeader } from '../../../src/shared/av1/obu.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { limits } from '../../../src/shared/limits.ts';
import { concatBytes, u8 } from '../bytes.ts';
import { createDepacketiser, type Depacketiser } from './depacketiser.ts';

const bit = { z: 0x80, y: 0x40, n: 0x08 } as const;

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `AV1 payload: ${why}`);
};

const typeOf = (obu: Uint8Array): number => (u8(obu, 0) >> 3) & 15;

/** Elements of a packet, views. @throws LivestillError `PROTOCOL_VIOLATION` */
const splitElements = (payload: Uint8Array): Uint8Array[] => {
	const count = (u8(payload, 0) >> 4) & 3;
	const elements: Uint8Array[] = [];
	for (let at = 1; at < payload.length; ) {
		let size = payload.length - at;
		if (elements.length + 1 !== count) {
			const coded = leb128(payload, at) ?? fail('a length is damaged');
			at += coded.size;
			size = coded.value;
			if (size > payload.length - at) fail('an element is cut off');
		}
		elements.push(payload.subarray(at, at + size));
		at += size;
	}
	if (count > 0 && elements.length !== count) fail(`${elements.length} elements, announced are ${count}`);
	return elements;
};

/** An OBU with its size, for the low-overhead format of AV1 § 5.2. Temporal delimiters and tile lists do not occur. */
const sized = (obu: Uint8Array): Uint8Array[] => {
	const hasSize = (u8(obu, 0) & 2) !== 0;
	if (hasSize) return [obu];
	const headerSize = u8(obu, 0) & 4 ? 2 : 1;
	if (obu.length < headerSize) throw new LivestillError('FRAME_DAMAGED', 'AV1: an OBU is cut off');
	const payload = obu.subarray(headerSize);
	return [sizedObuHeader({ type: typeOf(obu), header: obu.subarray(0, headerSize), payload }), payload];
};

/** show_existing_frame is 0 and frame_type is KEY_FRAME at the start of a frame header. AV1 § 5.9.2 */
const looksLikeKeyframe = (obu: Uint8Array): boolean => {
	if (typeOf(obu) === obuType.sequenceHeader) return true;
	if (typeOf(obu) !== obuType.frame && typeOf(obu) !== obuType.frameHeader) return false;
	let at = u8(obu, 0) & 4 ? 2 : 1;
	if (u8(obu, 0) & 2) at += leb128(obu, at)?.size ?? 0;
	return u8(obu, at) >> 5 === 0;
};

export const createAv1Depacketiser = (): Depacketiser => {
	/** Each OBU in its parts. */
	let obus: Uint8Array[][] = [];
	let goesOn = false;
	return createDepacketiser({
		// N: a new coded video sequence, which begins with its sequence header.
		begins: (payload) => (u8(payload, 0) & (bit.n | bit.z)) === bit.n,
		add: (payload) => {
			const flags = u8(payload, 0);
			const continues = (flags & bit.z) !== 0;
			if (continues !== goesOn) fail('a fragment has no start or no end');
			const elements = splitElements(payload);
			for (const [index, element] of elements.entries()) {
				if (obus.length >= limits.nalUnits) fail(`more than ${limits.nalUnits} OBUs`);
				if (index === 0 && continues) obus.at(-1)?.push(element);
				else if (element.length > 0) obus.push([element]);
			}
			goesOn = (flags & bit.y) !== 0;
		},
		isKeyframe: () => obus.some(([first]) => first !== undefined && looksLikeKeyframe(first)),
		finish: () => {
			if (goesOn) fail('a fragment has no end');
			if (obus.length === 0) return null;
			const finished = obus;
			obus = [];
			return () => [concatBytes(finished.flatMap((parts) => sized(concatBytes(parts))))];
		},
		clear: () => {
			obus = [];
			goesOn = false;
		},
	});
};
