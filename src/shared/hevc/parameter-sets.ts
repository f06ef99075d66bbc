/**
 * The parameter sets that an HEVC stream has sent: what goes in front of a keyframe. They are kept as they came and parsed
 * when a slice needs them, because a PPS can only be read under the SPS that is in force then. H.265 § 7.4.2.4.2
 */
import { BitReader } from '../bits.ts';
import { LivestillError } from '../errors.ts';
import { removeEmulation } from '../h264/emulation-prevention.ts';
import { hevcNalHeaderSize, hevcNalType, hevcNalTypeOf } from './nal.ts';
import { type HevcPps, parseHevcPps } from './pps.ts';
import { type HevcSps, parseHevcSps, peekHevcSps } from './sps.ts';

/** The kinds in the order in which they refer to each other, with their largest id: §§ 7.4.3.1 to 7.4.3.3. */
const maxIds: ReadonlyMap<number, number> = new Map([
	[hevcNalType.vps, 15],
	[hevcNalType.sps, 15],
	[hevcNalType.pps, 63],
]);

/** Whether a NAL unit of this type is a parameter set. */
export const isHevcParameterSet = (type: number): boolean => maxIds.has(type);

const idOf = (nal: Uint8Array): number => {
	const type = hevcNalTypeOf(nal);
	if (type === hevcNalType.sps) return peekHevcSps(nal)?.id ?? -1;
	const r = new BitReader(removeEmulation(nal, hevcNalHeaderSize, 16));
	const id = type === hevcNalType.vps ? r.u(4) : r.ue();
	return r.overrun ? -1 : id;
};

export interface ActiveHevcSets {
	readonly sps: HevcSps;
	readonly pps: HevcPps;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

export class HevcParameterSets {
	readonly #units = new Map([...maxIds.keys()].map((type) => [type, new Map<number, Uint8Array>()]));
	readonly #parsed = new Map<number, ActiveHevcSets>();

	/** Takes a parameter set NAL unit; others, and those without a readable id, are ignored. Kept, not copied. */
	add(nal: Uint8Array): void {
		const type = hevcNalTypeOf(nal);
		const units = this.#units.get(type);
		if (units === undefined) return;
		const id = idOf(nal);
		if (id < 0 || id > (maxIds.get(type) ?? -1)) return;
		const known = units.get(id);
		if (known !== undefined && same(known, nal)) return;
		units.set(id, nal);
		this.#parsed.clear();
	}

	/** Sets of one type. */
	ofType(type: number): Uint8Array[] {
		return [...(this.#units.get(type)?.values() ?? [])];
	}

	/** All sets, VPS first: what goes in front of a keyframe. */
	units(): Uint8Array[] {
		return [...maxIds.keys()].flatMap((type) => this.ofType(type));
	}

	/** The sets that a slice with `picParameterSetId` refers to. @throws LivestillError `FRAME_DAMAGED`, `FRAME_TOO_LARGE` */
	active(picParameterSetId: number): ActiveHevcSets {
		const known = this.#parsed.get(picParameterSetId);
		if (known !== undefined) return known;
		const ppsUnit = this.#units.get(hevcNalType.pps)?.get(picParameterSetId);
		if (ppsUnit === undefined) throw new LivestillError('FRAME_DAMAGED', `PPS ${picParameterSetId} is missing`);
		let sps: HevcSps | undefined;
		const pps = parseHevcPps(ppsUnit, (id) => {
			const spsUnit = this.#units.get(hevcNalType.sps)?.get(id);
			if (spsUnit !== undefined) sps = parseHevcSps(spsUnit);
			return sps;
		});
		if (sps === undefined) throw new LivestillError('FRAME_DAMAGED', `SPS of PPS ${picParameterSetId} is missing`);
		const active = { sps, pps };
		this.#parsed.set(picParameterSetId, active);
		return active;
	}
}
