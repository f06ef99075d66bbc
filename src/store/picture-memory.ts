/** Finished pictures in the memory of one isolate: what spares requests for the same keyframe that arrive together. */
import type { CachedPicture } from './ports.ts';

export interface PictureMemory {
	get(key: string): CachedPicture | null;
	set(key: string, picture: CachedPicture): void;
	/** Drops all pictures whose key begins so; gives their keys. */
	drop(prefix: string): string[];
}

/** Holds at most `bytes` of files and drops what was used longest ago. */
export const createPictureMemory = (bytes: number): PictureMemory => {
	// A Map keeps the order of insertion: the first entry is the one used longest ago.
	const pictures = new Map<string, CachedPicture>();
	let held = 0;

	const drop = (key: string): void => {
		held -= pictures.get(key)?.bytes.byteLength ?? 0;
		pictures.delete(key);
	};

	return {
		get: (key) => {
			const picture = pictures.get(key);
			if (picture === undefined) return null;
			pictures.delete(key);
			pictures.set(key, picture);
			return picture;
		},
		set: (key, picture) => {
			drop(key);
			if (picture.bytes.byteLength > bytes) return;
			pictures.set(key, picture);
			held += picture.bytes.byteLength;
			for (const oldest of pictures.keys()) {
				if (held <= bytes) break;
				drop(oldest);
			}
		},
		drop: (prefix) => {
			const keys = [...pictures.keys()].filter((key) => key.startsWith(prefix));
			for (const key of keys) drop(key);
			return keys;
		},
	};
};
