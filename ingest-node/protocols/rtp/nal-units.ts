/** The NAL units of an access unit while its packets arrive: whole ones, and one that comes in fragments. */
import { LivestillError } from '../../../src/shared/errors.ts';
import { limits } from '../../../src/shared/limits.ts';
import { concatBytes, u16 } from '../bytes.ts';

export interface NalUnits {
	/** Takes a whole NAL unit. */
	add(nal: Uint8Array): void;
	/** Takes the first fragment, the NAL unit's header in front. */
	start(fragment: Uint8Array): void;
	/** Takes another fragment. */
	append(fragment: Uint8Array, isLast: boolean): void;
	/** Takes the units of an aggregation packet, each behind its length in 16 bits. RFC 6184 § 5.7.1, RFC 7798 § 4.4.2 */
	addAggregate(bytes: Uint8Array): void;
	/** The beginning of each NAL unit; bytes enough for a slice type, unless the NAL unit is shorter. */
	heads(): Uint8Array[];
	/** Ends the access unit and forgets it; `null`: there was none. @throws LivestillError a fragment is missing */
	finish(): (() => Uint8Array[]) | null;
	clear(): void;
}

/** Bytes that hold the type of a slice and its parameter set for certain. */
const headBytes = 32;

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `RTP payload: ${why}`);
};

export const createNalUnits = (): NalUnits => {
	/** Each NAL unit in its parts. */
	let units: Uint8Array[][] = [];
	/** The NAL unit whose last fragment has not come. */
	let fragments: Uint8Array[] | null = null;

	const open = (parts: Uint8Array[]): void => {
		if (fragments !== null) fail('a fragmented NAL unit has no end');
		if (units.length >= limits.nalUnits) fail(`more than ${limits.nalUnits} NAL units`);
		units.push(parts);
	};

	return {
		add: (nal) => open([nal]),
		start: (fragment) => {
			const parts = [fragment];
			open(parts);
			fragments = parts;
		},
		append: (fragment, isLast) => {
			if (fragments === null) return fail('a fragmented NAL unit has no start');
			if (fragment.length > 0) fragments.push(fragment);
			if (isLast) fragments = null;
		},
		addAggregate: (bytes) => {
			if (bytes.length === 0) fail('an aggregation packet is empty');
			for (let at = 0; at < bytes.length; ) {
				const start = at + 2;
				const end = start + u16(bytes, at);
				if (start > bytes.length || end > bytes.length) fail('an aggregation packet is cut off');
				if (end > start) open([bytes.subarray(start, end)]);
				at = end;
			}
		},
		heads: () =>
			units.map((parts) => {
				const [first = new Uint8Array(0)] = parts;
				return first.length >= headBytes || parts.length === 1 ? first : concatBytes(parts);
			}),
		finish: () => {
			if (fragments !== null) fail('a fragmented NAL unit has no end');
			if (units.length === 0) return null;
			const finished = units;
			units = [];
			return () => finished.map((parts) => (parts.length === 1 && parts[0] ? parts[0] : concatBytes(parts)));
		},
		clear: () => {
			units = [];
			fragments = null;
		},
	};
};
