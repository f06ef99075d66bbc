/** Content negotiation by `Accept`. RFC 9110 § 12.5.1 */

interface Range {
	readonly type: string;
	readonly weight: number;
}

const longest = 1024;

const parseRange = (text: string): Range => {
	const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
	const weight = parameters.find((parameter) => parameter.startsWith('q='));
	const number = weight === undefined ? 1 : Number(weight.slice(2));
	return { type, weight: number >= 0 && number <= 1 ? number : 0 };
};

/** How well a range names a type: 3 itself, 2 its kind, 1 anything, 0 not. */
const precision = ({ type }: Range, candidate: string): number => {
	if (type === candidate) return 3;
	if (type === `${candidate.split('/')[0]}/*`) return 2;
	return type === '*/*' ? 1 : 0;
};

/**
 * The media type that the client likes best; of equals the one that it names most precisely, then the one that comes first in
 * `offered`. The first one for a client that takes none: a picture of the wrong type is of more use than none.
 */
export const negotiate = <T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T => {
	const ranges = (accept ?? '').slice(0, longest).split(',').map(parseRange);
	const rank = (candidate: T): number => {
		const best = Math.max(...ranges.map((range) => precision(range, candidate)));
		const match = ranges.find((range) => best > 0 && precision(range, candidate) === best);
		// "image/*" without a name counts for less than a type that the client has named, at the same weight.
		return match === undefined ? 0 : match.weight * 10 + (match.weight > 0 && best === 3 ? 1 : 0);
	};
	return [...offered].sort((a, b) => rank(b) - rank(a))[0] ?? offered[0];
};
