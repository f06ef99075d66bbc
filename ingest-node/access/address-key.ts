/** Whom an address stands for: itself, or with IPv6 its network of 64 bits, all of which one person has. */
import { isIPv6 } from 'node:net';

const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));

/** @param address without port; an IPv4 address in IPv6 form counts as IPv4 */
export const addressKey = (address: string): string => {
	const plain = address.replace(/^::ffff:(?=[0-9.]+$)/i, '').replace(/%.*$/, '');
	if (!isIPv6(plain)) return plain;
	const [head = '', tail] = plain.toLowerCase().split('::');
	const [first, last] = [groups(head), groups(tail ?? '')];
	const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
	return [...first, ...zeros, ...last]
		.slice(0, 4)
		.map((group) => group.replace(/^0+(?=.)/, ''))
		.join(':');
};

/** Programs on this machine, a reverse proxy among them, stand for nobody. */
export const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/i.test(address);

/** The address of `address:port`. */
export const hostOf = (remote: string): string => remote.replace(/:[0-9]*$/, '').replace(/^\[(.*)\]$/, '$1');
