/**
 * Which hosts a caller may make this node connect to. A node sits where callers do not: without a rule it would be their
 * way into its network.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { LivestillError } from '../../src/shared/errors.ts';

export interface PullRule {
	/** @param host name or address, lower case @param addresses that it has */
	allows(host: string, addresses: readonly string[]): boolean;
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Our own machine. What is not named in `RTSP_PULL_ALLOW` is refused. */
export const loopbackOnly = '127.0.0.0/8, ::1, localhost';

const isName = (text: string): boolean =>
	/^(\*\.)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(text) && !/^[0-9.]+$/.test(text);

/**
 * @param list addresses, networks (`192.168.1.0/24`), host names and `*.example.com`, separated by commas. A network
 *   allows a name all of whose addresses are in it; a name is allowed whatever its address. `*` allows every host
 * @returns `null` when the list makes no sense
 */
export const parsePullRule = (list: string): PullRule | null => {
	const networks = new BlockList();
	const names: string[] = [];
	for (const text of list.split(',').map((part) => part.trim().toLowerCase())) {
		const [address = '', bits, ...more] = text.split('/');
		const width = isIP(address) === 6 ? 128 : 32;
		if (text === '') continue;
		if (text === '*' || (isIP(address) === 0 && bits === undefined && isName(text))) names.push(text);
		else if (isIP(address) === 0 || more.length > 0) return null;
		else if (bits === undefined) networks.addAddress(address, family(address));
		else if (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= width)
			networks.addSubnet(address, Number(bits), family(address));
		else return null;
	}
	const matches = (host: string): boolean =>
		names.some((name) => name === '*' || (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));
	return {
		allows: (host, addresses) =>
			matches(host) || (addresses.length > 0 && addresses.every((address) => networks.check(address, family(address)))),
	};
};

/**
 * The addresses of a host, one at least, when the rule allows it. Whoever connects connects to one of these: a second
 * look-up of the name may say something else.
 *
 * @param rule `null`: any host will do
 * @throws LivestillError `FORBIDDEN`, or `PROTOCOL_VIOLATION` when there is no such host
 */
export const resolveHost = async (host: string, rule: PullRule | null): Promise<string[]> => {
	const addresses =
		isIP(host) === 0
			? (
					await lookup(host, { all: true }).catch((cause: unknown) => {
						throw new LivestillError('PROTOCOL_VIOLATION', `there is no host ${host}`, { cause });
					})
				).map(({ address }) => address)
			: [host];
	if (rule !== null && !rule.allows(host, addresses))
		throw new LivestillError('FORBIDDEN', `the host ${host} is not one that may be pulled from: RTSP_PULL_ALLOW`);
	return addresses;
};
