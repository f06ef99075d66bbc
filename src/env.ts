import { isSecret } from './shared/control/key.ts';
import { kidPattern } from './shared/preview/signature.ts';

/** What `wrangler.toml` binds to the Worker. */
export interface Env {
	/** The keyframe objects. */
	readonly KEYFRAMES: R2Bucket;
	/** Megabytes of finished pictures that an isolate keeps in its memory, 8 unless set. */
	readonly PICTURE_MEMORY_MB?: string;
	/** Secret that signs calls to ingest nodes; without it none are made. */
	readonly CONTROL_KEY?: string;
	/** Hosts of ingest nodes that may be called, separated by commas; all unless set. */
	readonly CONTROL_HOSTS?: string;
	/** Seconds that a keyframe may be old before a `POST` without `maxAge` asks for a fresher one. */
	readonly SNAPSHOT_MAX_AGE?: string;
	/** Keys of signed preview URLs, `id:secret` separated by commas; previews are public unless set. */
	readonly PREVIEW_KEYS?: string;
}

type Variables = Omit<Env, 'KEYFRAMES'>;

/** The variables of {@link Env}, read and checked. */
export interface Config {
	/** Bytes. */
	readonly pictureMemory: number;
	/** `undefined`: no calls to ingest nodes. */
	readonly controlKey: string | undefined;
	readonly controlHosts: string | undefined;
	/** Milliseconds; `undefined`: what suits the protocol. */
	readonly refreshAge: number | undefined;
	/** Secrets by key id; `null`: previews are public. */
	readonly previewKeys: ReadonlyMap<string, string> | null;
}

// Two PNGs of a busy 1080p frame; an isolate has 128 MB, most of which a decode may need.
const defaultMegabytes = 8;

/**
 * Here alone what makes no sense is not left out: a key that was set and does not work lets nobody in, instead of everybody.
 */
const parsePreviewKeys = (text: string): ReadonlyMap<string, string> | null => {
	if (text.trim() === '') return null;
	const keys = new Map<string, string>();
	for (const entry of text.split(',')) {
		const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(entry.trim()) ?? [];
		if (kidPattern.test(id) && isSecret(secret)) keys.set(id, secret);
	}
	return keys;
};

/** A variable that makes no sense counts as not set: a Worker that runs is better than one that complains. */
export const readConfig = (env: Variables): Config => {
	const { PICTURE_MEMORY_MB = '', CONTROL_KEY = '', CONTROL_HOSTS, SNAPSHOT_MAX_AGE = '', PREVIEW_KEYS = '' } = env;
	const megabytes = /^[0-9]{1,4}$/.test(PICTURE_MEMORY_MB) ? Number(PICTURE_MEMORY_MB) : defaultMegabytes;
	return {
		pictureMemory: megabytes * 1024 * 1024,
		controlKey: isSecret(CONTROL_KEY) ? CONTROL_KEY : undefined,
		controlHosts: CONTROL_HOSTS,
		refreshAge: /^[0-9]{1,5}(\.[0-9]{1,3})?$/.test(SNAPSHOT_MAX_AGE) ? Number(SNAPSHOT_MAX_AGE) * 1000 : undefined,
		previewKeys: parsePreviewKeys(PREVIEW_KEYS),
	};
};
