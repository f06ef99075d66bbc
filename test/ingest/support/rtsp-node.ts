import type { Access } from '../../../ingest-node/access/access.ts';
import { systemClock } from '../../../ingest-node/clock.ts';
import { createHub, type Hub, type PublishRequest } from '../../../ingest-node/hub.ts';
import { createLog } from '../../../ingest-node/log.ts';
import type { ConnectionServer, TlsFiles } from '../../../ingest-node/servers/connection-server.ts';
import { createRtspServer, type RtspServerOptions } from '../../../ingest-node/servers/rtsp.ts';
import { createMemoryStore } from '../../../ingest-node/store/memory.ts';
import type { StoredObject } from '../../../ingest-node/store/port.ts';
import { type KeyframeInfo, parseMetadata } from '../../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../../src/shared/stream-name.ts';
import { tokenAccess } from './access.ts';

export interface RtspNode {
	readonly hub: Hub;
	readonly server: ConnectionServer;
	readonly port: number;
	/** Log lines so far, parsed. */
	readonly log: readonly { readonly event: string; readonly [field: string]: unknown }[];
	/** What the store holds of a stream. */
	object(name: string): (StoredObject & { readonly info: KeyframeInfo }) | null;
	stop(): Promise<void>;
}

export interface RtspNodeOptions extends Partial<Pick<RtspServerOptions, 'maxConnections' | 'timeouts' | 'udpPorts'>> {
	readonly tls?: TlsFiles;
	/** What publishers have to know. */
	readonly token?: string;
	/** Who decides instead. */
	readonly access?: Access;
}

/** Hub and RTSP server on a free loopback port, over a store in memory. */
export const startRtspNode = async (options: RtspNodeOptions = {}): Promise<RtspNode> => {
	const { tls, token, maxConnections = 200, udpPorts = null, ...rest } = options;
	const store = createMemoryStore();
	const lines: { event: string }[] = [];
	const log = createLog((line) => lines.push(JSON.parse(line) as { event: string }));
	const clock = systemClock;
	const { access = tokenAccess(token) } = options;
	const authorise = (request: PublishRequest) => access.authorise({ ...request, action: 'publish' });
	const hub = createHub({ store, clock, log, node: 'http://127.0.0.1:1', pushInterval: 1100, authorise });
	const takesDigest = () => access.takesProofs;
	const server = createRtspServer({ hub, clock, log, maxConnections, udpPorts, takesDigest, ...rest });
	const port = await server.listen({ port: 0, host: '127.0.0.1', variable: 'RTSP_PORT', tls });
	return {
		hub,
		server,
		port,
		log: lines,
		object: (name) => {
			const found = store.objects.get(liveKey(parseStreamName(name)));
			return found === undefined ? null : { ...found, info: parseMetadata(found.metadata) };
		},
		stop: async () => {
			server.close();
			await hub.close();
		},
	};
};
