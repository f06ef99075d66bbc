/**
 * The worker processes of a node. One that has been ready once is started again when it dies, whenever that is, until the node
 * drains; one that was never ready says why the node cannot start.
 */
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import { longestEnd } from '../shutdown.ts';
import type { ChildChannel } from '../store/serve-store.ts';
import { type Channel, createChannel, type Handlers, type IpcPort } from './channel.ts';
import { createRestarts } from './restarts.ts';

/** What a worker says when all of its ports are bound. */
export interface WorkerReady {
	readonly type: 'ready';
	readonly urls: Readonly<Record<string, string | null>>;
}

/** The part of a `cluster.Worker` that is used here. */
export interface WorkerProcess {
	readonly process: IpcPort & ChildChannel & { readonly pid?: number | undefined; kill(signal: 'SIGKILL'): boolean };
	on(event: 'message', listener: (message: unknown) => void): unknown;
	on(event: 'error', listener: (error: Error) => void): unknown;
	on(event: 'exit', listener: (code: number, signal: string | null) => void): unknown;
}

export interface Member {
	readonly slot: number;
	readonly worker: WorkerProcess;
	readonly channel: Channel;
	isReady: boolean;
}

export interface MembersOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** Starts a process, or throws. */
	readonly fork: (slot: number) => WorkerProcess;
	/** What this process answers the worker of that slot. */
	readonly handlersFor: (slot: number) => Handlers;
	/** Hears of each process that is started, before it says anything. */
	readonly onStarted: (member: Member) => void;
	readonly onReady?: (member: Member) => void;
	/** Hears of each process that has ended, before the others do. */
	readonly onGone: (slot: number) => void;
}

export interface Members {
	/** Starts the first process of a slot. Resolves when it is ready. @throws Error when it ends before */
	launch(slot: number): Promise<WorkerReady['urls']>;
	/** All that live, those that are not ready yet as well. */
	list(): Member[];
	at(slot: number): Member | undefined;
	/** Tells all, also those that are ready later. None is started any more. */
	drain(): void;
	/** Ends all; resolves when they are gone. @param timeout milliseconds that each has for the store */
	stop(timeout: number): Promise<void>;
}

const isReadyMessage = (message: unknown): message is WorkerReady =>
	typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

export const createMembers = (options: MembersOptions): Members => {
	const { clock, log, fork, handlersFor, onStarted, onReady, onGone } = options;
	const members = new Map<number, Member>();
	const restarts = createRestarts(clock);
	let phase: 'serving' | 'draining' | 'stopping' = 'serving';

	interface Fate {
		readonly ready: (urls: WorkerReady['urls']) => void;
		/** Called once. */
		readonly ended: (reason: string) => void;
	}

	const spawn = (slot: number, fate: Fate): void => {
		restarts.started(slot);
		const worker = fork(slot);
		const channel = createChannel(worker.process, handlersFor(slot));
		const member: Member = { slot, worker, channel, isReady: false };
		members.set(slot, member);
		const end = (reason: string): void => {
			if (members.get(slot) !== member) return;
			// What it has said last may come later than its end, when another one has its place.
			channel.close();
			members.delete(slot);
			onGone(slot);
			for (const other of members.values()) other.channel.tell('gone', slot);
			fate.ended(reason);
		};
		worker.on('message', (message) => {
			if (!isReadyMessage(message)) return;
			member.isReady = true;
			if (phase === 'draining') channel.tell('drain');
			fate.ready(message.urls);
			onReady?.(member);
		});
		worker.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
		worker.on('error', (error) => {
			log.error('worker failed', { worker: slot, reason: error.message });
			// What was never there does not end.
			if (worker.process.pid === undefined) end(error.message);
		});
		onStarted(member);
	};

	const start = (slot: number, fate: Fate): void => {
		try {
			spawn(slot, fate);
		} catch (error) {
			fate.ended(messageOf(error));
		}
	};

	const startAgain = (slot: number, reason: string): void => {
		if (phase !== 'serving') {
			log.warn('worker ended', { worker: slot, reason });
			return;
		}
		const pause = restarts.next(slot);
		log.warn('worker ended', { worker: slot, reason, restartIn: pause });
		clock.after(pause, () => {
			if (phase !== 'serving') return;
			start(slot, {
				ready: () => log.info('worker is back', { worker: slot }),
				ended: (next) => startAgain(slot, next),
			});
		});
	};

	return {
		launch: (slot) =>
			new Promise((resolve, reject) => {
				let wasReady = false;
				start(slot, {
					ready: (urls) => {
						wasReady = true;
						resolve(urls);
					},
					ended: (reason) => {
						if (wasReady) startAgain(slot, reason);
						else reject(new Error(`worker ${slot} ended: ${reason}`));
					},
				});
			}),
		list: () => [...members.values()],
		at: (slot) => members.get(slot),
		drain: () => {
			phase = 'draining';
			for (const { channel } of members.values()) channel.tell('drain');
		},
		stop: async (timeout) => {
			phase = 'stopping';
			const all = [...members.values()];
			const exits = all.map(({ worker }) => new Promise<void>((resolve) => worker.on('exit', () => resolve())));
			const kill = ({ worker }: Member): unknown => worker.process.kill('SIGKILL');
			for (const member of all) {
				// One that is still starting has no streams, and does not hear of this.
				if (member.isReady) member.channel.tell('stop', timeout);
				else kill(member);
			}
			const cancel = clock.after(longestEnd(timeout), () => all.forEach(kill));
			await Promise.all(exits);
			cancel();
		},
	};
};
