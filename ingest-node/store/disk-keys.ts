/** Which keys a directory has, and their removal: what is swept. `disk.ts` has the layout. */
import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isContinued, pathOfKey } from './disk-path.ts';
import type { KeyPage } from './port.ts';

const isVersion = (name: string): boolean => /^@\d+$/.test(name);

/** Names in a folder, relative to the root; none when there is no such folder. */
type ReadNames = (path: string) => Promise<readonly string[]>;

const namesIn = (folder: string): Promise<string[]> =>
	readdir(folder).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
		throw error;
	});

interface Bounds {
	readonly prefix: string;
	readonly after: string;
}

/** Whether there may be a wanted key among those that begin with `start`. */
const mayHave = ({ prefix, after }: Bounds, start: string): boolean =>
	(start.startsWith(prefix) || prefix.startsWith(start)) && (start > after || after.startsWith(start));

/** A segment of a key, and its folder. One of several folders is put together. */
interface Segment {
	readonly text: string;
	readonly path: string;
}

/** @param start what all keys of this folder begin with */
const segmentsIn = async (read: ReadNames, path: string, start: string, bounds: Bounds): Promise<Segment[]> => {
	const segments: Segment[] = [];
	for (const name of await read(path)) {
		const below = path === '' ? name : `${path}/${name}`;
		const begun = isContinued(name) ? name.slice(0, -1) : null;
		// What is being written is beside the keys, not among them.
		if (isVersion(name) || below === '.new') continue;
		if (begun === null) segments.push({ text: name, path: below });
		else if (mayHave(bounds, start + begun))
			for (const rest of await segmentsIn(read, below, start + begun, bounds))
				segments.push({ text: begun + rest.text, path: rest.path });
	}
	return segments;
};

/** Keys are ASCII: the order of their characters is that of their bytes. */
const byText = (one: { readonly text: string }, other: { readonly text: string }): number =>
	one.text < other.text ? -1 : 1;

/** Wanted keys below a folder, in their order. Folders without one are not read. */
async function* walk(read: ReadNames, path: string, start: string, bounds: Bounds): AsyncGenerator<string, void> {
	const segments = await segmentsIn(read, path, start, bounds);
	// `a` comes before `a-b`, and what is below `a` behind it: the folder stands at two places.
	const places = segments.flatMap(({ text, path: folder }) => [
		{ text, folder, isKey: true },
		{ text: `${text}/`, folder, isKey: false },
	]);
	for (const { text, folder, isKey } of places.sort(byText)) {
		const key = start + text;
		if (!isKey && mayHave(bounds, key)) yield* walk(read, folder, key, bounds);
		else if (isKey && key > bounds.after && key.startsWith(bounds.prefix) && (await read(folder)).some(isVersion))
			yield key;
	}
}

/** @param read names in a folder, as often as it is asked */
export const listKeysOf = async (
	read: ReadNames,
	prefix: string,
	{ after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<KeyPage> => {
	const keys: string[] = [];
	const start = prefix.slice(0, prefix.lastIndexOf('/') + 1);
	for await (const key of walk(read, start === '' ? '' : pathOfKey(start.slice(0, -1)), start, { prefix, after })) {
		if (keys.length === limit) return { keys, isTruncated: true };
		keys.push(key);
	}
	return { keys, isTruncated: false };
};

/** Looks at the folders of the keys that it finds, and at those on the way to them. */
export const listKeys = (root: string, prefix: string, options: Parameters<typeof listKeysOf>[2]): Promise<KeyPage> => {
	/** A key's folder is read twice, shortly after one another: for its versions, and for what is below it. */
	let last: { readonly path: string; readonly names: Promise<string[]> } | undefined;
	const read: ReadNames = (path) => {
		last = last?.path === path ? last : { path, names: namesIn(join(root, path)) };
		return last.names;
	};
	return listKeysOf(read, prefix, options);
};

/** Removes all versions of a key, and the folders that are empty then. */
export const removeKey = async (root: string, key: string): Promise<void> => {
	const folder = join(root, pathOfKey(key));
	for (const name of await namesIn(folder))
		if (isVersion(name)) await rm(join(folder, name), { recursive: true, force: true });
	try {
		for (let empty = folder; empty !== root; empty = dirname(empty)) await rmdir(empty);
	} catch {
		// Somebody is in it.
	}
};
