/** Open bitstream units. AV1 § 5.3. */
import { LivestillError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Values of obu_type that are used here, § 6.2.2. */
export const obuType = {
	sequenceHeader: 1,
	temporalDelimiter: 2,
	frameHeader: 3,
	tileGroup: 4,
	frame: 6,
	padding: 15,
} as const;

export interface Obu {
	readonly type: number;
	/** Header byte and, when there is one, extension byte; `obu_has_size_field` as it was found. */
	readonly header: Uint8Array;
	readonly payload: Uint8Array;
}

const extensionFlag = 4;
const hasSizeFlag = 2;

const fail = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `AV1: ${why}`);
};

/** Reads a leb128 number, § 4.10.5. `null`: it is cut off or longer than eight bytes. */
export const leb128 = (bytes: Uint8Array, at: number): { readonly value: number; readonly size: number } | null => {
	let value = 0;
	for (let size = 1; size <= 8; size += 1) {
		const byte = bytes[at + size - 1];
		if (byte === undefined) return null;
		value += (byte & 127) * 2 ** (7 * (size - 1));
		if (byte < 128) return { value, size };
	}
	return null;
};

/**
 * Splits a temporal unit, or the OBUs of an `av1C`, into views. The last OBU may lack its size, as in ISO-BMFF.
 *
 * @param isCutOff the bytes are only the beginning: the last OBU is then returned as far as it is there
 * @throws LivestillError `FRAME_DAMAGED`
 */
export const splitObus = (bytes: Uint8Array, isCutOff = false): Obu[] => {
	const obus: Obu[] = [];
	for (let at = 0; at < bytes.length; ) {
		const first = bytes[at] ?? 0;
		if (first & 0x80) return fail('forbidden bit of an OBU is set');
		const headerSize = first & extensionFlag ? 2 : 1;
		const header = bytes.subarray(at, at + headerSize);
		at += headerSize;
		let size = bytes.length - at;
		if (first & hasSizeFlag) {
			const coded = leb128(bytes, at);
			if (coded === null) return isCutOff ? obus : fail('size of an OBU is damaged');
			at += coded.size;
			size = coded.value;
		}
		if ((header.length < headerSize || size > bytes.length - at) && !isCutOff) return fail('an OBU is cut off');
		if (obus.length >= limits.nalUnits) return fail(`more than ${limits.nalUnits} OBUs`);
		obus.push({ type: (first >> 3) & 15, header, payload: bytes.subarray(at, at + size) });
		at += size;
	}
	return obus;
};

/** The bytes of an OBU before its payload, with a size field whether it had one or not. */
export const sizedObuHeader = ({ header, payload }: Obu): Uint8Array => {
	const size: number[] = [];
	for (let rest = payload.length; ; rest >>>= 7) {
		size.push(rest < 128 ? rest : (rest & 127) | 128);
		if (rest < 128) break;
	}
	return Uint8Array.of((header[0] ?? 0) | hasSizeFlag, ...header.subarray(1), ...size);
};
