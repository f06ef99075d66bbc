/**
 * Which stream names a key or a token is for: a name in which `*` stands for any characters of one segment and `**` for any
 * characters. No regular expressions: who writes patterns must not be able to hang the node.
 */

export interface NamePattern {
	/** As it was written. */
	readonly text: string;
	covers(name: string): boolean;
}

/** Characters: a stream name has 200. */
const maxLength = 400;

/** Every name. */
export const everyName = '**';

/** A character that must be there, or a wildcard. */
type Part = string | { readonly crossesSegments: boolean };

const partsOf = (text: string): Part[] =>
	(text.match(/\*\*?|[^*]/gu) ?? []).map((part) =>
		part.startsWith('*') ? { crossesSegments: part === everyName } : part,
	);

/** Follows all ways through the pattern at once, as long as there is one: time is pattern times name at most, whatever they are. */
const covers = (parts: readonly Part[], name: string): boolean => {
	/** For each place in the pattern, whether what was read so far leads there. */
	let places = new Array<boolean>(parts.length + 1).fill(false);
	const reach = (list: boolean[], place: number): void => {
		list[place] = true;
		// A wildcard may stand for nothing.
		if (typeof parts[place] === 'object') reach(list, place + 1);
	};
	reach(places, 0);
	for (const character of name) {
		if (!places.includes(true)) return false;
		const next = new Array<boolean>(parts.length + 1).fill(false);
		for (const [place, part] of parts.entries()) {
			if (places[place] !== true) continue;
			if (typeof part === 'string') {
				if (part === character) reach(next, place + 1);
			} else if (part.crossesSegments || character !== '/') reach(next, place);
		}
		places = next;
	}
	return places[parts.length] === true;
};

/** `null` when it is none: empty, too long, or with control characters. */
export const parseNamePattern = (text: string): NamePattern | null => {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
	if (text === '' || text.length > maxLength || /[\u0000-\u001f\u007f]/.test(text)) return null;
	if (text === everyName) return { text, covers: () => true };
	// Most patterns are names.
	if (!text.includes('*')) return { text, covers: (name) => name === text };
	const parts = partsOf(text);
	return { text, covers: (name) => covers(parts, name) };
};
