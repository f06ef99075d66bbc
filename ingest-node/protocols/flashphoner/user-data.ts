/** `getUserData`, the answer to `connection`: with it the client's session is ESTABLISHED. */
import type { IceServer } from '../../ice-servers.ts';
import { writeEnvelope } from './envelope.ts';

export interface UserDataOptions {
	/** `address:port`. */
	readonly remote: string;
	readonly local: string;
	readonly connection: Readonly<Record<string, unknown>>;
	/** A page may put them into the `mediaOptions` that it has given to its session. */
	readonly iceServers: readonly IceServer[];
}

/** Fields of `connection` that come back, as in WCS; nothing that could be a secret. */
const echoed = ['appKey', 'mediaProviders', 'clientVersion', 'msePacketizationVersion'];

export const userData = ({ remote, local, connection, iceServers }: UserDataOptions): string =>
	writeEnvelope('getUserData', {
		...Object.fromEntries(echoed.map((field) => [field, connection[field]])),
		status: 'ESTABLISHED',
		authToken: `/${remote}/${local}`,
		useWsTunnel: false,
		useWsTunnelPacketization2: false,
		useBase64BinaryEncoding: false,
		keepAlive: false,
		iceServers,
	});
