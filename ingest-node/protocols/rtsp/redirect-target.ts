/** Where a redirect leads. RFC 2326 §§ 11.3.1, 12.25 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { parseRtspUri, type RtspUri } from './rtsp-uri.ts';

/**
 * @param location as the server wrote it
 * @throws LivestillError `INVALID_PARAMETER`, `PROTOCOL_VIOLATION` from TLS to plain text
 */
export const redirectTarget = (from: RtspUri, location: string): RtspUri => {
	const origin = /^[a-z]+:\/\/[^/?#]*/.exec(from.url)?.[0] ?? '';
	const to = parseRtspUri(location.startsWith('/') ? origin + location : location);
	if (from.isSecure && !to.isSecure)
		throw new LivestillError('PROTOCOL_VIOLATION', 'the server redirects from TLS to plain text');
	const isSameServer = to.host === from.host && to.port === from.port;
	// Nobody else is shown our credentials, nor who they belong to.
	return { ...to, credentials: to.credentials ?? (isSameServer ? from.credentials : null) };
};
