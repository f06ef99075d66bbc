/** The settings of one worker, out of those of its node. */
import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';

/** Which worker pulls a camera: by its name alone, so that no other one moves when the list changes. */
const slotOf = (name: string, workers: number): number =>
	createHash('sha256').update(name).digest().readUInt32BE() % workers;

/**
 * @param slot from 0
 * @param node control URL of the node, '' when it has none
 */
export const workerConfig = (config: Config, slot: number, node: string): Config => {
	const { workers, webRtcPort, maxConnections, addressLimit, sources } = config;
	return {
		...config,
		// The primary has the control port.
		controlPort: null,
		controlUrl: node === '' ? undefined : node,
		// Connections are handed out in turn.
		maxConnections: Math.ceil(maxConnections / workers),
		addressLimit: addressLimit === null ? null : Math.ceil(addressLimit / workers),
		// The library that does ICE and DTLS binds its port by itself: each worker has one of its own.
		webRtcPort: webRtcPort === null || webRtcPort === 0 ? webRtcPort : webRtcPort + slot,
		sources: { ...sources, sources: sources.sources.filter(({ name }) => slotOf(name, workers) === slot) },
	};
};
