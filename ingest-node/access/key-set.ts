/**
 * The public keys of whoever issues tokens, from `JWT_JWKS_URL`. They are kept for ten minutes; a token with a key that is not
 * among them has the set fetched again, at most twice a minute, so that a new key works soon. RFC 7517 § 5
 */
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { createOperatorCall } from './operator-call.ts';

/** Milliseconds for one fetch. */
const timeout = 3000;
/** Bytes: large providers publish a dozen keys with certificates. */
const maxBytes = 256 * 1024;

const cacheMaxAge = 600_000;
const usualCooldown = 30_000;

/** @param cooldownDuration milliseconds between two fetches, whatever tokens say */
export const createKeySet = (url: string, cooldownDuration = usualCooldown): JWTVerifyGetKey => {
	const callOperator = createOperatorCall(timeout, maxBytes, 1);
	const headers = { accept: 'application/jwk-set+json, application/json' };
	return createRemoteJWKSet(new URL(url), {
		...{ cacheMaxAge, cooldownDuration, timeoutDuration: timeout },
		[customFetch]: async (address) => {
			const { status, text } = await callOperator({ url: address, method: 'GET', headers });
			return new Response(text, { status });
		},
	});
};
