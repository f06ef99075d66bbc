/** Which addresses a peer is told: those of this machine, or those under which a NAT makes them known. */
import { isIP } from 'node:net';
import type { HostCandidate } from '../../protocols/webrtc/sdp.ts';

export interface AnnounceOptions {
	/** Address that is bound; `undefined`: all. */
	readonly host: string | undefined;
	readonly port: number;
	/** Empty: nothing is between us and the peers. */
	readonly announcedAddresses: readonly string[];
}

/** Candidates for the answer, best first. */
export const announceCandidates = (
	candidates: readonly HostCandidate[],
	{ host, port, announcedAddresses }: AnnounceOptions,
): readonly HostCandidate[] => {
	if (announcedAddresses.length > 0) return announcedAddresses.map((address) => ({ address, port }));
	const own = candidates.filter(({ address }) => isIP(address) !== 0);
	// A browser on this machine finds us when the network is down, too; the library leaves the loopback address out.
	const isLoopbackBound = host === undefined || host === '0.0.0.0' || host === '::';
	const isThere = own.some(({ address }) => address === '127.0.0.1');
	return isLoopbackBound && !isThere ? [...own, { address: '127.0.0.1', port }] : own;
};
