/** `STREAM_KEYS`: secrets for single streams, or for those whose names fit a pattern. */
import { type Grant, type Grantable, grants } from './grant.ts';
import { type AccessMethod, refused } from './method.ts';
import { isAnyOf, secretDigest } from './secret-digest.ts';
import { secretsIn } from './shown.ts';

export interface StreamKey {
	readonly grant: Grant;
	/** SHA-256 of the secret. */
	readonly digest: Buffer;
	/** The secret itself; `undefined` where only its hash is known. */
	readonly secret: string | undefined;
}

/** A key with its secret in plain. */
export const plainKey = (secret: string, grant: Grant): StreamKey => ({ grant, secret, digest: secretDigest(secret) });

export const createStreamKeys = (keys: readonly StreamKey[]): AccessMethod => {
	const isGranted = (action: Grantable): boolean => keys.some(({ grant }) => (grant[action] ?? []).length > 0);
	const closed = { publish: isGranted('publish'), play: isGranted('play'), pull: isGranted('pull') };
	return {
		closes: (action) => {
			if (action === 'connect') return closed.publish && closed.play;
			return closed[action === 'snapshot' ? 'play' : action];
		},
		takesProofs: keys.every(({ secret }) => secret !== undefined),
		refusal: async ({ action, name, proves }, shown) => {
			const digests = secretsIn(shown).map(secretDigest);
			// Anybody may ask without showing anything: that costs as little as it tells.
			if (digests.length === 0 && proves === undefined) return refused('no key');
			let isLetIn = false;
			// All of them, whichever fits: time must not tell which.
			for (const { grant, digest, secret } of keys) {
				if (!grants(grant, action, name)) continue;
				const isKnown = isAnyOf(digests, digest) || (secret !== undefined && proves?.(secret) === true);
				isLetIn = isKnown || isLetIn;
			}
			return isLetIn ? null : refused('not a key of this stream');
		},
	};
};
