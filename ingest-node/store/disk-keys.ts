/** Which keys a directory has, and their removal: what is swept. `disk.ts` has the layout. */
import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keyOfPath, pathOfKey } from './disk-path.ts';
import type { KeyPage } from './port.ts';

const isVersion = (name: string): boolean => /^@\d+$/.test(name);

const namesIn = (folder: string): Promise<string[]> =>
	readdir(folder).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
		throw error;
	});

const walk = async (root: string, path: string, found: string[]): Promise<void> => {
	const names = await namesIn(join(root, path));
	if (names.some(isVersion)) found.push(keyOfPath(path));
	for (const name of names)
		if (!isVersion(name) && name !== '.new') await walk(root, path === '' ? name : `${path}/${name}`, found);
};

/** Looks at everything below the last slash of the prefix. */
export const listKeys = async (
	root: string,
	prefix: string,
	{ after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<KeyPage> => {
	const found: string[] = [];
	const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
	await walk(root, folder === '' ? '' : pathOfKey(folder), found);
	// Keys are ASCII: the order of their characters is that of their bytes. That of the folders is another.
	const keys = found.filter((key) => key.startsWith(prefix) && key > after).sort();
	return { keys: keys.slice(0, limit), isTruncated: keys.length > limit };
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
