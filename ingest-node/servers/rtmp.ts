/** The RTMP server. */
import type { Clock } from '../clock.ts';
import type { Hub } from '../hub.ts';
import type { Log } from '../log.ts';
import type { AddressShare } from './address-share.ts';
import { type ConnectionServer, createConnectionServer } from './connection-server.ts';
import { serveRtmpConnection } from './rtmp-connection.ts';
import { type RtmpTimeouts, rtmpTimeouts } from './rtmp-timeouts.ts';

export interface RtmpServerOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	readonly log: Log;
	/** Connections at a time, over all listeners of this server. */
	readonly maxConnections: number;
	/** Of these what one address may have. */
	readonly share?: AddressShare;
	readonly timeouts?: RtmpTimeouts;
}

export const createRtmpServer = (options: RtmpServerOptions): ConnectionServer => {
	const { hub, clock, log, maxConnections, share, timeouts = rtmpTimeouts } = options;
	return createConnectionServer({
		protocol: 'rtmp',
		...{ clock, log, maxConnections, share },
		tlsTimeout: timeouts.handshake,
		serve: (socket, onClosed) => serveRtmpConnection(socket, { hub, clock, log, timeouts, onClosed }),
	});
};
