/**
 * The parameter sets that a stream has sent. They are kept as they came and parsed when a slice needs them, because a
 * PPS can only be read under the SPS that is in force then. H.264 § 7.4.1.2.1
 */
import { BitReader } from '../bits.ts';
import { LivestillError } from '../errors.ts';
import { removeEmulation } from './emulation-prevention.ts';
import { nalType, nalUnitType } from './nal.ts';
import { type Pps, parsePps } from './pps.ts';
import { parseSps, type Sps } from './sps.ts';

export interface ActiveSets {
	readonly sps: Sps;
	readonly pps: Pps;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

// An id is read from the first bytes; the rest of the set may be of any length.
const idBytes = 12;

export class ParameterSets {
	readonly #spsUnits = new Map<number, Uint8Array>();
	readonly #ppsUnits = new Map<number, Uint8Array>();
	readonly #parsed = new Map<number, ActiveSets>();

	/** Takes an SPS or PPS NAL unit; others are ignored. The bytes are kept, not copied. */
	add(nal: Uint8Array): void {
		const type = nalUnitType(nal);
		if (type !== nalType.sps && type !== nalType.pps) return;
		const r = new BitReader(removeEmulation(nal, 1, idBytes));
		if (type === nalType.sps) r.u(24); // profile_idc, constraint flags, level_idc
		const id = r.ue();
		const units = type === nalType.sps ? this.#spsUnits : this.#ppsUnits;
		if (r.overrun || id > (type === nalType.sps ? 31 : 255)) return;
		const known = units.get(id);
		if (known !== undefined && same(known, nal)) return;
		units.set(id, nal);
		this.#parsed.clear();
	}

	/** All sets as NAL units, SPS first: what goes in front of a keyframe. */
	units(): Uint8Array[] {
		return [...this.#spsUnits.values(), ...this.#ppsUnits.values()];
	}

	/** The sets that a slice with `picParameterSetId` refers to. @throws LivestillError `FRAME_DAMAGED`, `FRAME_TOO_LARGE` */
	active(picParameterSetId: number): ActiveSets {
		const known = this.#parsed.get(picParameterSetId);
		if (known !== undefined) return known;
		const ppsUnit = this.#ppsUnits.get(picParameterSetId);
		if (ppsUnit === undefined) throw new LivestillError('FRAME_DAMAGED', `PPS ${picParameterSetId} is missing`);
		let sps: Sps | undefined;
		const pps = parsePps(ppsUnit, (id) => {
			const spsUnit = this.#spsUnits.get(id);
			if (spsUnit !== undefined) sps = parseSps(spsUnit);
			return sps;
		});
		if (sps === undefined) throw new LivestillError('FRAME_DAMAGED', `SPS of PPS ${picParameterSetId} is missing`);
		const active = { sps, pps };
		this.#parsed.set(picParameterSetId, active);
		return active;
	}
}
