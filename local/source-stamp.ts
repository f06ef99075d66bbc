import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A text that changes when a file below one of `paths` does: by name, size or time of modification. */
export const sourceStamp = async (root: string, paths: readonly string[]): Promise<string> => {
	const hash = createHash('sha256');
	for (const path of paths) {
		const entry = await stat(join(root, path));
		const below = entry.isDirectory() ? (await readdir(join(root, path), { recursive: true })).sort() : [''];
		for (const name of below) {
			const { mtimeMs, size } = await stat(join(root, path, name));
			hash.update(`${join(path, name)} ${mtimeMs} ${size}\n`);
		}
	}
	return hash.digest('hex').slice(0, 16);
};
