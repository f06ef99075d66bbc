/**
 * Scheme and host under which a client has asked, for the addresses that an answer names. Whoever takes TLS off in front tells
 * the scheme in `X-Forwarded-Proto`: Cloudflare sets it itself, and so does the HTTPS port of `npm start`.
 */
export const publicOrigin = (request: Request): string => {
	const url = new URL(request.url);
	const scheme = request.headers.get('X-Forwarded-Proto');
	if (scheme === 'http' || scheme === 'https') url.protocol = scheme;
	return url.origin;
};
