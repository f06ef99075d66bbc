/** TEMP */
import { createBitFields } from '../../src/shared/bit-fields.ts';
import { type Assembler, damaged, keyframeUnit } from './assembler.ts';
import { splitLengthPrefixed } from './length-prefixed.ts';
import { createParameterSets } from './parameter-sets.ts';

const typeOf = (nal: Uint8Array) => (nal[0] ?? 0) & 31;
const ue = (bits: ReturnType<typeof createBitFields>) => {
	let n = 0;
	while (n < 32 && !bits.isPastEnd && bits.f(1) === 0) n += 1;
	return 2 ** n - 1 + bits.f(n);
};
const idOf = (nal: Uint8Array): number => {
	const bits = createBitFields(nal);
	bits.f(typeOf(nal) === 7 ? 32 : 8);
	return ue(bits);
};
const isIntra = (nal: Uint8Array): boolean => {
	const bits = createBitFields(nal.subarray(0, 16));
	bits.f(8);
	ue(bits);
	const type = ue(bits) % 5;
	return type === 2 || type === 4;
};

export const createH264Assembler = (): Assembler => {
	const sets = createParameterSets([7, 8], typeOf, idOf);
	let lengthSize = 4;
	return {
		configure: (record) => {
			if (record.length < 7) return damaged('avcC');
			lengthSize = ((record[4] ?? 0) & 3) + 1;
			const nals: Uint8Array[] = [];
			let at = 6;
			const read = (count: number) => {
				for (let i = 0; i < count; i += 1) {
					const n = (record[at] ?? 0) * 256 + (record[at + 1] ?? 0);
					nals.push(record.subarray(at + 2, at + 2 + n));
					at += 2 + n;
				}
			};
			read((record[5] ?? 0) & 31);
			const pps = record[at] ?? 0;
			at += 1;
			read(pps);
			sets.replace(nals);
		},
		isWorthKeeping: (head) => {
			for (const nal of splitLengthPrefixed(head, lengthSize, true)) {
				if (sets.isSet(typeOf(nal))) return true;
				if (typeOf(nal) >= 1 && typeOf(nal) <= 5) return isIntra(nal);
			}
			return true;
		},
		assemble: (data, timestamp) => {
			const nals = splitLengthPrefixed(data, lengthSize);
			sets.remember(nals);
			const slices = nals.filter((nal) => typeOf(nal) >= 1 && typeOf(nal) <= 5);
			if (slices.length === 0 || !slices.every(isIntra)) return null;
			const payloads = sets.complete() ?? damaged('H.264: a parameter set is missing');
			for (const nal of nals) if (![7, 8, 9, 12].includes(typeOf(nal))) payloads.push(nal);
			return keyframeUnit({ codec: 'h264', payloads, timestamp, width: 0, height: 0 });
		},
	};
};
