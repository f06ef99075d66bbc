/** A look-up of names that gives allowed addresses only: whoever connects connects to an address that was checked. */
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** Hosts besides those of the public internet that may be called. `parsePullRule` makes one of a setting. */
export interface AllowedHosts {
	/** @param host name or address, lower case @param addresses that it has */
	allows(host: string, addresses: readonly string[]): boolean;
}

/** All addresses of a name. `dns.lookup` is the real one. */
export type LookUpAll = (
	name: string,
	options: LookupOptions & { all: true },
	done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The host is one that may not be called. */
export class HostRefused extends Error {
	constructor(host: string) {
		super(`the host ${host} has an address that is not public and not allowed`);
		this.name = 'HostRefused';
	}
}

/** @throws HostRefused when one of the addresses is neither public nor allowed */
export const checkAddresses = (host: string, addresses: readonly string[], allowed: AllowedHosts | null): void => {
	const isGood = (address: string): boolean => isPublicAddress(address) || allowed?.allows(host, [address]) === true;
	// A name with a good and a bad address is either broken or a trick.
	if (addresses.length === 0 || !addresses.every(isGood)) throw new HostRefused(host);
};

/** For `net.connect` and `tls.connect`. They do not look up what is an address already: check that before. */
export const guardedLookup =
	(allowed: AllowedHosts | null, lookUpAll: LookUpAll = systemLookup): LookupFunction =>
	(name, options, done) => {
		lookUpAll(name, { ...options, all: true }, (error, addresses) => {
			try {
				if (error !== null) throw error;
				const host = name.toLowerCase().replace(/\.$/, '');
				checkAddresses(
					host,
					addresses.map(({ address }) => address),
					allowed,
				);
			} catch (cause) {
				done(cause as NodeJS.ErrnoException, '', 0);
				return;
			}
			const [first] = addresses;
			if (options.all === true) done(null, addresses);
			else done(null, first?.address ?? '', first?.family ?? 0);
		});
	};
