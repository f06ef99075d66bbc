/** The parameter sets that an HEVC stream has sent: what goes in front of a keyframe. H.265 § 7.4.2.4.2 */
import { BitReader } from '../bits.ts';
import { removeEmulation } from '../h264/emulation-prevention.ts';
import { hevcNalHeaderSize, hevcNalType, hevcNalTypeOf } from './nal.ts';
import { parseHevcSps } from './sps.ts';

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
	if (type === hevcNalType.sps) return parseHevcSps(nal)?.id ?? -1;
	const r = new BitReader(removeEmulation(nal, hevcNalHeaderSize, 16));
	const id = type === hevcNalType.vps ? r.u(4) : r.ue();
	return r.overrun ? -1 : id;
};

export class HevcParameterSets {
	readonly #units = new Map([...maxIds.keys()].map((type) => [type, new Map<number, Uint8Array>()]));

	/** Takes a parameter set NAL unit; others, and those without a readable id, are ignored. Kept, not copied. */
	add(nal: Uint8Array): void {
		const type = hevcNalTypeOf(nal);
		const units = this.#units.get(type);
		if (units === undefined) return;
		const id = idOf(nal);
		if (id >= 0 && id <= (maxIds.get(type) ?? -1)) units.set(id, nal);
	}

	/** Sets of one type. */
	ofType(type: number): Uint8Array[] {
		return [...(this.#units.get(type)?.values() ?? [])];
	}

	/** All sets, VPS first: what goes in front of a keyframe. */
	units(): Uint8Array[] {
		return [...maxIds.keys()].flatMap((type) => this.ofType(type));
	}
}
