/** Secrets are compared by their digests: in constant time, whatever their lengths. */
import { createHash, timingSafeEqual } from 'node:crypto';

export const secretDigest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether any of the texts is the secret of that digest. */
export const isAnyOf = (texts: readonly string[], digest: Buffer): boolean => {
	let isFound = false;
	for (const text of texts) isFound = timingSafeEqual(secretDigest(text), digest) || isFound;
	return isFound;
};
