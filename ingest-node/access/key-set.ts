/**
 * The public keys of whoever issues tokens, from `JWT_JWKS_URL`. They are kept for ten minutes; a token with a key that is not
 * among them has the set fetched again, at most twice a minute, so that a new key works soon. A fetch that has failed is tried again
 * after five seconds, however many tokens are shown meanwhile. RFC 7517 § 5
 */
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { createOperatorCall } from './operator-call.ts';

/** Milliseconds for one fetch. */
const timeout = 3000;
/** Bytes: large providers publish a dozen keys with certificates. */
const maxBytes = 256 * 1024;

const cacheMaxAge = 600_000;
const usualCooldown = 30_000;
const usualRetry = 5000;

/** @param cooldownDuration milliseconds between two fetches, whatever tokens say @param retry the same after one that has failed */
export const createKeySet = (url: string, cooldownDuration = usualCooldown, retry = usualRetry): JWTVerifyGetKey => {
	const callOperator = createOperatorCall(timeout, maxBytes, 1);
	const headers = { accept: 'application/jwk-set+json, application/json' };
	let fetchedAt = Number.NEGATIVE_INFINITY;
	return createRemoteJWKSet(new URL(url), {
		...{ cacheMaxAge, cooldownDuration, timeoutDuration: timeout },
		[customFetch]: async (address) => {
			// So soon it is asked for only when the last fetch brought no keys.
			if (performance.now() - fetchedAt < Math.min(retry, cooldownDuration)) throw new Error('failed a moment ago');
			fetchedAt = performance.now();
			const { status, text } = await callOperator({ url: address, method: 'GET', headers });
			return new Response(text, { status });
		},
	});
};
