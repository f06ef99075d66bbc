/**
 * A node of several processes. This one has the control port and no media: it starts the workers, hands connections to them in turn
 * (`node:cluster`), knows which of them has which stream, and starts again what dies. Workers talk to each other through it.
 */
import cluster from 'node:cluster';
import { LivestillError } from '../../src/shared/errors.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { FreshKeyframe, FreshSessionOptions, StreamStatus } from '../hub.ts';
import type { Log } from '../log.ts';
import { addUpSamples, createMetrics } from '../metrics.ts';
import { importKeys, keyPart } from '../reload/control-keys.ts';
import type { Reloadable } from '../reload/reload.ts';
import { createControlServer } from '../servers/control.ts';
import { createKeyframeCall, type KeyframeCallHandler } from '../servers/keyframe-call.ts';
import type { EndingNode } from '../shutdown.ts';
import { createParentProcessStore } from '../store/parent-process.ts';
import { serveStore } from '../store/serve-store.ts';
import { askForKeyframe, askMember, askMembers } from './ask-members.ts';
import { slotVariable } from './family.ts';
import { createMembers, type WorkerReady } from './members.ts';
import { createNameRegistry } from './name-registry.ts';
import { createWorkerPart } from './worker-part.ts';

export interface PrimaryOptions {
	readonly config: Config;
	readonly log: Log;
	/** Control URL of a port. */
	readonly urlOf: (port: number) => string;
}

export interface Primary extends EndingNode {
	/** Those of the first worker, and the control URL. */
	readonly urls: WorkerReady['urls'];
	/** What the edge is told. */
	readonly node: string;
	/** What can be reloaded: here, and then in the workers. */
	readonly parts: readonly Reloadable[];
}

/** Variable by which workers are told the control URL of their node. */
export const nodeVariable = 'LIVESTILL_NODE';

/** Resolves when all workers have bound their ports. @throws ListenError; Error when a worker does not start */
export const startPrimary = async ({ config, log, urlOf }: PrimaryOptions): Promise<Primary> => {
	const { workers: count, controlPort, controlHost } = config;
	let offset = 0;
	const clock: Clock = { ...systemClock, now: () => systemClock.now() + offset };
	let phase: 'starting' | 'serving' | 'draining' | 'stopping' = 'starting';

	const names = createNameRegistry(clock, (name, slot) => {
		for (const { channel } of members.list()) channel.tell('named', { name, slot });
	});
	const toOthers = async (slot: number, { method, argument }: { method: string; argument: unknown }) => {
		const others = members.list().filter((member) => member.slot !== slot);
		return askMembers<unknown>(others, method, { from: slot, argument });
	};
	const handlersFor = (slot: number) => ({
		reserve: (name: StreamName) => names.reserve(name, slot),
		ending: (name: StreamName) => names.ending(name, slot),
		release: (name: StreamName) => names.release(name, slot),
		askSlot: ({ to, method, argument }: { to: number; method: string; argument: unknown }) => {
			const asked = members.at(to);
			if (asked === undefined) throw new LivestillError('STREAM_NOT_FOUND', 'Stream not found');
			return askMember(asked, method, { from: slot, argument });
		},
		toSlot: ({ to, method, argument }: { to: number; method: string; argument: unknown }) =>
			members.at(to)?.channel.tell(method, { from: slot, argument }),
		toOthers: (call: { method: string; argument: unknown }) => toOthers(slot, call),
		clock: (correction: number) => {
			offset = correction;
		},
	});

	const members = createMembers({
		...{ clock, log, handlersFor },
		fork: (slot) => cluster.fork({ [slotVariable]: String(slot), [nodeVariable]: node }),
		onStarted: (member) => {
			const { worker, channel } = member;
			workerPart.started(member);
			if (parentStore !== null) serveStore(worker.process, parentStore);
			for (const [name, owner] of names.entries()) channel.tell('named', { name, slot: owner });
		},
		onReady: (member) => void workerPart.ready(member),
		onGone: names.drop,
	});
	const workerPart = createWorkerPart(() => members.list().filter(({ isReady }) => isReady), log);
	const gather = <T>(method: string): Promise<T[]> => askMembers(members.list(), method);
	const freshKeyframe = async (name: StreamName, options: FreshSessionOptions): Promise<FreshKeyframe | null> => {
		const owner = members.at(names.ownerOf(name) ?? -1);
		// A worker that has just died has no streams, whatever the store says.
		return owner === undefined ? null : askForKeyframe(owner, name, options);
	};
	const keys = await importKeys(config);
	/** Of this process, which answers the calls of the edge and has no streams. */
	const metrics = createMetrics({
		...{ streams: () => [], storeIsUp: () => true, clockOffset: () => offset, webhooksWaiting: () => 0 },
	});
	const keyframeCall: KeyframeCallHandler | undefined =
		keys.length > 0
			? createKeyframeCall({ hub: { freshKeyframe }, keys, clock, log, onCall: metrics.keyframeCall })
			: undefined;
	const control = createControlServer({
		health: async () => ({ node, streams: (await gather<StreamStatus[]>('streams')).flat() }),
		keyframeCall: () => keyframeCall,
		readiness: async () => {
			const answers = await gather<string[]>('readiness');
			const isReady = answers.some((reasons) => reasons.length === 0);
			const worst = answers.length === 0 ? ['no worker answers'] : [...new Set(answers.flat())];
			return [...(phase === 'serving' ? [] : [`the node is ${phase}`]), ...(isReady ? [] : worst)];
		},
		metrics: {
			contentType: metrics.contentType,
			text: async () => addUpSamples([await metrics.samples(), ...(await gather<object[]>('metrics'))]),
		},
		operatorToken: config.operatorToken,
	});
	const bound = controlPort === null ? null : await control.listen(controlPort, controlHost);
	const controlUrl = bound === null ? null : urlOf(bound);
	const node = config.controlUrl ?? (config.store.s3 === undefined ? controlUrl : null) ?? '';
	const parentStore = config.hasOwnStore ? null : createParentProcessStore();

	cluster.setupPrimary({ serialization: 'advanced', args: [] });
	// One after the other: the first one that cannot bind a port says why.
	const urls: WorkerReady['urls'][] = [];
	for (let slot = 0; slot < count; slot += 1) urls.push(await members.launch(slot));
	phase = 'serving';

	return {
		node,
		urls: { ...urls[0], control: controlUrl },
		drain: () => {
			phase = 'draining';
			members.drain();
		},
		parts: [keyPart(keys), workerPart],
		isIdle: () => names.entries().length === 0,
		stop: async (timeout) => {
			phase = 'stopping';
			await members.stop(timeout);
			control.close();
		},
	};
};
