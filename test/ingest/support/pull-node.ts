/** A hub with sources over a store in memory. */
import { systemClock } from '../../../ingest-node/clock.ts';
import { createHub, type Hub } from '../../../ingest-node/hub.ts';
import { createLog } from '../../../ingest-node/log.ts';
import { loopbackOnly, parsePullRule } from '../../../ingest-node/sources/pull-rule.ts';
import type { PullTimeouts } from '../../../ingest-node/sources/pull-timeouts.ts';
import type { PulledSource } from '../../../ingest-node/sources/pulled-source.ts';
import { createSources, type Sources } from '../../../ingest-node/sources/registry.ts';
import { createRtspPull } from '../../../ingest-node/sources/rtsp-pull.ts';
import { parseSourceSettings } from '../../../ingest-node/sources/source-settings.ts';
import { createMemoryStore } from '../../../ingest-node/store/memory.ts';
import { parseStreamName } from '../../../src/shared/stream-name.ts';

/** Short, and long enough for a busy machine. */
export const shortTimeouts: PullTimeouts = {
	...{ connect: 2000, response: 1500, setup: 3000, firstPacket: 1000, silence: 1500, farewell: 500, report: 500 },
};

export interface PullNode {
	readonly hub: Hub;
	readonly sources: Sources;
	/** Log lines so far. */
	readonly log: readonly string[];
	/** Pulls a camera under the name `cam`, or another one. */
	pull(uri: string, more?: object): PulledSource;
	/** Keyframes of a stream so far; `null`: it is not published. */
	keyframes(name?: string): number | null;
	stop(): Promise<void>;
}

export const startPullNode = (timeouts: PullTimeouts = shortTimeouts): PullNode => {
	const lines: string[] = [];
	const parts = { clock: systemClock, log: createLog((line) => lines.push(line)), random: Math.random };
	const hub = createHub({ store: createMemoryStore(), node: 'http://127.0.0.1:1', pushInterval: 1100, ...parts });
	const rule = parsePullRule(loopbackOnly);
	if (rule === null) throw new Error('no rule');
	const startPull = createRtspPull({ ...parts, rule, timeouts, udpPorts: null });
	const sources = createSources({ hub, ...parts, idleTimeout: 1000, startPull });
	return {
		hub,
		sources,
		log: lines,
		pull: (uri, more = {}) => sources.add(parseSourceSettings({ uri, streamName: 'cam', ...more }, false)),
		keyframes: (name = 'cam') => hub.status(parseStreamName(name))?.keyframes ?? null,
		stop: async () => {
			await sources.close('test');
			await hub.close();
		},
	};
};
