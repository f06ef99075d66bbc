/**
 * URLs of tracks. RFC 2326 § C.1.1 resolves `a=control` as RFC 1808 does, which nobody follows: servers and clients
 * append it to the description's URL, query string included, and some put it in front of the query.
 */
import type { RtspResponse } from './message.ts';
import { headerOf } from './message.ts';

const isAbsolute = (url: string): boolean => /^rtspu?s?:\/\//i.test(url);

/** An URL without `user:password@`. */
export const withoutCredentials = (url: string): string => url.replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1');

/** What relative URLs of a description refer to. RFC 2326 § C.1.1 */
export const baseUrl = (response: Pick<RtspResponse, 'headers'>, requestUrl: string): string => {
	const named = headerOf(response, 'content-base') || headerOf(response, 'content-location') || '';
	// A relative one, which RFC 2326 § 12.11 allows, is of use to nobody; and what is sent never shows a password.
	return withoutCredentials(isAbsolute(named) ? named : requestUrl);
};

/** What RFC 3986 § 5 makes of it; `null` where it cannot. */
const resolved = (base: string, control: string): string | null => {
	// Only the schemes that URL knows are hierarchical to it.
	const url = URL.parse(control, base.replace(/^rtspu?(s?):/i, 'http$1:'));
	return url === null ? null : base.slice(0, base.indexOf(':')) + url.href.slice(url.href.indexOf(':'));
};

const append = (base: string, control: string): string =>
	base.endsWith('/') || control.startsWith('/')
		? base.replace(/\/$/, '') + control.replace(/^\/?/, '/')
		: `${base}/${control}`;

/**
 * The URLs that a control attribute may mean, the most usual first, each once: a server that does not know one of them
 * (404, 454) may know the next.
 *
 * @param base from {@link baseUrl}; for a track the session's base, not the session's control
 * @param control text of the attribute; `null` without: the description's own URL
 */
export const controlUrls = (base: string, control: string | null): string[] => {
	if (control === null || control === '' || control === '*') return [base];
	if (isAbsolute(control)) return [withoutCredentials(control)];
	const query = base.indexOf('?');
	const urls = [append(base, control)];
	if (query >= 0) urls.push(append(base.slice(0, query), control) + base.slice(query).replace(/\/$/, ''));
	const standard = resolved(base, control);
	if (standard !== null) urls.push(standard);
	return [...new Set(urls)];
};
