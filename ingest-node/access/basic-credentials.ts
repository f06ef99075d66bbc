/** User and password of an `Authorization` header with the scheme Basic. RFC 7617 § 2 */
import type { Shown } from './shown.ts';

/** `null`: another scheme, or malformed. */
export const basicCredentials = (header: string | null | undefined): Shown | null => {
	const [, coded] = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header ?? '') ?? [];
	if (coded === undefined) return null;
	const text = Buffer.from(coded, 'base64').toString('utf8');
	const colon = text.indexOf(':');
	return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
};
