/** A hub over a memory store and a WebRTC engine on loopback. */
import { systemClock } from '../../../ingest-node/clock.ts';
import { createHub, type Hub } from '../../../ingest-node/hub.ts';
import { createLog, type Log } from '../../../ingest-node/log.ts';
import type { MediaRequest } from '../../../ingest-node/media-engine.ts';
import {
	createWebRtcEngine,
	type WebRtcEngine,
	type WebRtcEngineOptions,
} from '../../../ingest-node/servers/webrtc/engine.ts';
import { createMemoryStore } from '../../../ingest-node/store/memory.ts';
import { parseStreamName } from '../../../src/shared/stream-name.ts';

export interface WebRtcNode {
	readonly hub: Hub;
	readonly engine: WebRtcEngine;
	readonly lines: string[];
	close(): Promise<void>;
}

export const createWebRtcNode = async (options: Partial<WebRtcEngineOptions> = {}): Promise<WebRtcNode> => {
	const lines: string[] = [];
	const log: Log = createLog((line) => lines.push(line));
	const clock = systemClock;
	const hub = createHub({ store: createMemoryStore(), clock, log, node: '', pushInterval: 1100 });
	const engine = await createWebRtcEngine({
		hub,
		clock,
		log,
		port: 0,
		host: '127.0.0.1',
		refreshInterval: 2000,
		maxBitrate: 2_500_000,
		videoCodecs: ['h264', 'vp8', 'vp9', 'av1'],
		maxConnections: 100,
		...options,
	});
	return {
		hub,
		engine,
		lines,
		close: async () => {
			engine.close();
			await hub.close();
		},
	};
};

export const mediaRequest = (name: string, offer: string): MediaRequest => ({
	name: parseStreamName(name),
	offer,
	remote: '192.0.2.1:4000',
	query: '',
});
