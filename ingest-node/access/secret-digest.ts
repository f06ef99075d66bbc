/** Secrets are compared by their digests: in constant time, whatever their lengths. */
import { createHash, timingSafeEqual } from 'node:crypto';

export const secretDigest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether any of the digests is this one. */
export const isAnyOf = (digests: readonly Buffer[], digest: Buffer): boolean => {
	let isFound = false;
	for (const each of digests) isFound = timingSafeEqual(each, digest) || isFound;
	return isFound;
};
