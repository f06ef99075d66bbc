/** The parameter sets of a stream as they come, out of band or in it: what goes in front of every keyframe. */

export interface ParameterSets {
	/** Whether a NAL unit type is one of the kinds. */
	isSet(type: number): boolean;
	/** Forgets all and takes those of a configuration record. */
	replace(nals: readonly Uint8Array[]): void;
	/** Takes those of an access unit. A set that is known already changes nothing. */
	remember(nals: readonly Uint8Array[]): void;
	/** All sets, ordered by kind, in a new array; `null` while one kind has none. */
	complete(): Uint8Array[] | null;
}

/** Sets of one kind: H.264 allows 32 SPS and 256 PPS, real streams have one or two; a hostile one may not pile them up. */
const maxSetsOfKind = 64;
/** Bytes of a set that is kept: real ones are below 200, with all scaling lists below 1,500. */
const maxSetBytes = 16_384;

const equal = (a: Uint8Array, b: Uint8Array): boolean =>
	a.length === b.length && a.every((byte, index) => byte === b[index]);

/**
 * @param kinds NAL unit types of parameter sets, in the order in which they are written
 * @param typeOf type of a NAL unit
 * @param idOf id of a set within its kind; a set replaces the one with its id
 */
export const createParameterSets = (
	kinds: readonly number[],
	typeOf: (nal: Uint8Array) => number,
	idOf: (nal: Uint8Array) => number,
): ParameterSets => {
	const known = new Map(kinds.map((kind) => [kind, new Map<number, Uint8Array>()]));

	const remember = (nals: readonly Uint8Array[]): void => {
		for (const nal of nals) {
			const sets = known.get(typeOf(nal));
			if (sets === undefined || nal.length > maxSetBytes) continue;
			const id = idOf(nal);
			const present = sets.get(id);
			if (present !== undefined && equal(present, nal)) continue;
			if (present === undefined && sets.size >= maxSetsOfKind) continue;
			// A copy: the set outlives the message that brought it.
			sets.set(id, nal.slice());
		}
	};

	return {
		isSet: (type) => known.has(type),
		replace: (nals) => {
			for (const sets of known.values()) sets.clear();
			remember(nals);
		},
		remember,
		complete: () => {
			const all: Uint8Array[] = [];
			for (const sets of known.values()) {
				if (sets.size === 0) return null;
				all.push(...sets.values());
			}
			return all;
		},
	};
};
