/** The RTSP server, for publishers. */
import type { Clock } from '../clock.ts';
import type { Hub } from '../hub.ts';
import type { Log } from '../log.ts';
import type { AddressShare } from './address-share.ts';
import { type ConnectionServer, createConnectionServer } from './connection-server.ts';
import { serveRtspConnection } from './rtsp-connection.ts';
import { type RtspTimeouts, rtspTimeouts } from './rtsp-timeouts.ts';
import type { PortRange } from './udp-port-pair.ts';

export interface RtspServerOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	readonly log: Log;
	/** Connections at a time, over all listeners of this server. */
	readonly maxConnections: number;
	/** Of these what one address may have. */
	readonly share?: AddressShare;
	/** UDP ports of publishers; `null`: any free ones. */
	readonly udpPorts: PortRange | null;
	readonly timeouts?: RtspTimeouts;
	/** Whether a publisher's digest can be checked. */
	readonly takesDigest?: () => boolean;
}

export const createRtspServer = (options: RtspServerOptions): ConnectionServer => {
	const { hub, clock, log, maxConnections, share, udpPorts, timeouts = rtspTimeouts, takesDigest } = options;
	return createConnectionServer({
		protocol: 'rtsp',
		...{ clock, log, maxConnections, share },
		tlsTimeout: timeouts.request,
		serve: (socket, onClosed) =>
			serveRtspConnection(socket, { hub, clock, log, timeouts, udpPorts, takesDigest, onClosed }),
	});
};
