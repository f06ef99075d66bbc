/** Manifests of single keyframes in `test/fixtures`: what is known about each. */
import { readFileSync } from 'node:fs';

export interface ManifestKeyframe {
	readonly file: string;
	/** For tools outside of this process. */
	readonly path: string;
	readonly covers: string;
	readonly width: number;
	readonly height: number;
	/** MD5 of all planes, packed; of G, B and R for JPEG with colours. Absent with `refusal`. */
	readonly md5?: string;
	/** Code of the error that is expected instead of a picture. */
	readonly refusal?: string;
	/** What the picture says of its colours, where it is not what the codec's pictures usually say. */
	readonly matrix?: number;
	readonly fullRange?: boolean;
}

/** The keyframes of `test/fixtures/{codec}`. */
export const readKeyframes = (codec: 'vp8' | 'vp9' | 'av1' | 'jpeg'): ManifestKeyframe[] => {
	const folder = new URL(`../fixtures/${codec}/`, import.meta.url);
	const entries = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as ManifestKeyframe[];
	return entries.map((entry) => ({ ...entry, path: new URL(entry.file, folder).pathname }));
};
