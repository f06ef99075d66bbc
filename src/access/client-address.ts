/** Whom a request comes from, as far as it can be known. */

/**
 * The address that Cloudflare has seen; of IPv6 the network of 64 bits, all of which one person has. Without Cloudflare in front the
 * header is whatever the client says, or missing: then all clients count as one.
 */
export const clientAddress = (headers: Headers): string => {
	const address = (headers.get('CF-Connecting-IP') ?? '').slice(0, 64).toLowerCase();
	if (!address.includes(':')) return address;
	const [head = '', tail] = address.split('::');
	const groups = head === '' ? [] : head.split(':');
	const rest = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
	return [...groups, ...zeros, ...rest].slice(0, 4).join(':');
};
