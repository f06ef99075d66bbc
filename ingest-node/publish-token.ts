/** The one secret that lets publishers in, when the operator has set one. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { LivestillError } from '../src/shared/errors.ts';
import type { HubOptions } from './hub.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * A publish hook that wants `token=…` among the credentials: WHIP's bearer token, a WebSDK client's `authToken` or
 * `custom.token`, the query of an RTMP or RTSP URL; or a proof that the publisher knows it, as RTSP's password.
 */
export const createTokenCheck = (token: string): NonNullable<HubOptions['authorise']> => {
	const expected = digest(token);
	return async ({ query, proves }) => {
		if (proves?.(token)) return;
		// Equal digests are compared in constant time, whatever the lengths.
		if (!timingSafeEqual(digest(new URLSearchParams(query).get('token') ?? ''), expected))
			throw new LivestillError('UNAUTHORIZED', 'Restricted access');
	};
};
