/** What `wrangler.toml` binds to the Worker. */
export interface Env {
	/** The keyframe objects. */
	readonly KEYFRAMES: R2Bucket;
	/** Megabytes of finished pictures that an isolate keeps in its memory, 8 unless set. */
	readonly PICTURE_MEMORY_MB?: string;
}

/** The variables of {@link Env}, read and checked. */
export interface Config {
	/** Bytes. */
	readonly pictureMemory: number;
}

// Two PNGs of a busy 1080p frame; an isolate has 128 MB, most of which a decode may need.
const defaultMegabytes = 8;

/** A variable that makes no sense counts as not set: a Worker that runs is better than one that complains. */
export const readConfig = ({ PICTURE_MEMORY_MB }: Pick<Env, 'PICTURE_MEMORY_MB'>): Config => {
	const megabytes = /^[0-9]{1,4}$/.test(PICTURE_MEMORY_MB ?? '') ? Number(PICTURE_MEMORY_MB) : defaultMegabytes;
	return { pictureMemory: megabytes * 1024 * 1024 };
};
