/** How many of something, connections or sessions, one address may have at a time. */
import type { Socket } from 'node:net';
import { addressKey, isLoopback } from '../access/address-key.ts';

export interface AddressShare {
	/** Takes one; the result gives it back, once. `null`: the address has all that it may have. */
	take(address: string | undefined): (() => void) | null;
}

/** Counts a connection until it is closed, before anything is read, TLS included; one too many is cut. Without a share none is. */
export const keepToShare = (
	share: AddressShare | undefined,
	socket: Socket,
	onRefused: (why: string) => void,
): void => {
	const giveBack = share?.take(socket.remoteAddress);
	if (giveBack === null) {
		onRefused('too many connections of one address');
		socket.destroy();
	} else if (giveBack !== undefined) socket.once('close', giveBack);
};

export interface AddressShareOptions {
	/** `null`: no limit. */
	readonly most: number | null;
	/** Addresses without a limit: of a proxy on this machine nobody can tell whom it brings. */
	readonly isExempt?: (address: string) => boolean;
}

export const createAddressShare = ({ most, isExempt = isLoopback }: AddressShareOptions): AddressShare => {
	const taken = new Map<string, number>();
	return {
		take: (address = '') => {
			if (most === null || isExempt(address)) return () => {};
			const key = addressKey(address);
			const count = taken.get(key) ?? 0;
			if (count >= most) return null;
			taken.set(key, count + 1);
			let isGivenBack = false;
			return () => {
				if (isGivenBack) return;
				isGivenBack = true;
				const left = (taken.get(key) ?? 1) - 1;
				if (left > 0) taken.set(key, left);
				else taken.delete(key);
			};
		},
	};
};
