/** Pictures as they came from the decoder, in the memory of one isolate: other sizes of a keyframe need no second decode. */
import type { Picture, Plane } from '../decoder/picture.ts';
import type { Verdict } from '../shared/preview/verdict.ts';

/** A decoded keyframe that was looked at. */
export interface JudgedPicture extends Picture {
	readonly verdict: Verdict;
}

export interface DecodedMemory {
	get(keyframe: string): JudgedPicture | null;
	/** Keeps a copy: a decoder's planes are valid until its next decode. Too large a picture is not kept. */
	set(keyframe: string, picture: JudgedPicture): void;
	/** Drops all keyframes whose key begins so. */
	drop(prefix: string): void;
}

const bytesOf = ({ planes }: Picture): number => planes.reduce((sum, { data }) => sum + data.byteLength, 0);

const copy = (plane: Plane): Plane => ({ ...plane, data: plane.data.slice() });

/** Holds at most `bytes` of planes and drops what was used longest ago. */
export const createDecodedMemory = (bytes: number): DecodedMemory => {
	// A Map keeps the order of insertion: the first entry is the one used longest ago.
	const pictures = new Map<string, JudgedPicture>();
	let held = 0;

	const drop = (keyframe: string): void => {
		const picture = pictures.get(keyframe);
		if (picture !== undefined) held -= bytesOf(picture);
		pictures.delete(keyframe);
	};

	return {
		get: (keyframe) => {
			const picture = pictures.get(keyframe) ?? null;
			if (picture !== null) {
				pictures.delete(keyframe);
				pictures.set(keyframe, picture);
			}
			return picture;
		},
		set: (keyframe, picture) => {
			drop(keyframe);
			const size = bytesOf(picture);
			if (size > bytes) return;
			for (const oldest of pictures.keys()) {
				if (held + size <= bytes) break;
				drop(oldest);
			}
			pictures.set(keyframe, { ...picture, planes: picture.planes.map(copy) });
			held += size;
		},
		drop: (prefix) => {
			for (const key of [...pictures.keys()]) if (key.startsWith(prefix)) drop(key);
		},
	};
};
