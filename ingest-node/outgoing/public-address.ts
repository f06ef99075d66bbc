/**
 * Addresses of the public internet. What this node is told to call may lie there; everything else (its own machine, its
 * network, the metadata service of its cloud) is reachable by it and not by whoever names the address.
 */
import { BlockList, isIP } from 'node:net';

/** IPv4 networks that are not globally reachable unicast: IANA special-purpose registry (RFC 6890), multicast, reserved. */
const specialV4 = [
	...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
	...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
	...['224.0.0.0/4', '240.0.0.0/4'],
];
/** All IPv6 unicast that IANA has given out lies in here … */
const globalV6 = '2000::/3';
/** … but for protocol assignments, Teredo, documentation and 6to4, which lead to IPv4 addresses or nowhere. */
const specialV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const listOf = (networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
	const list = new BlockList();
	for (const network of networks) {
		const [address = '', bits] = network.split('/');
		list.addSubnet(address, Number(bits), family);
	}
	return list;
};

const refusedV4 = listOf(specialV4, 'ipv4');
const allowedV6 = listOf([globalV6], 'ipv6');
const refusedV6 = listOf(specialV6, 'ipv6');

/** Whether `address`, as text, is one of the public internet. IPv4 in IPv6 clothes (`::ffff:…`, NAT64) is not. */
export const isPublicAddress = (address: string): boolean => {
	if (isIP(address) === 4) return !refusedV4.check(address, 'ipv4');
	// A zone (`fe80::1%eth0`) belongs to link-local addresses.
	if (isIP(address) !== 6 || address.includes('%')) return false;
	return allowedV6.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6');
};
