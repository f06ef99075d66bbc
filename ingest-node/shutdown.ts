/**
 * How a node ends. The first signal drains it: nobody new is let in, those who are there are told and have the grace time
 * to go elsewhere. When it is over, or the last stream is, the rest is ended, with its tombstones. Each further signal goes
 * one step on: from the grace to the end, from the end out of the door.
 */
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export interface EndingNode {
	/** Lets nobody in any more, and tells those who are there. */
	drain(): void;
	/** Whether no stream is left. */
	isIdle(): boolean;
	/** Ends the streams; resolves when the store knows, or after so many milliseconds. Never rejects. */
	stop(timeout: number): Promise<void>;
}

export interface ShutdownOptions {
	readonly node: EndingNode;
	readonly clock: Clock;
	readonly log: Log;
	/** Milliseconds of grace. */
	readonly drainTime: number;
	/** Ends the process. 1: streams may have been left to their leases. */
	readonly exit: (code: 0 | 1) => void;
}

export interface Shutdown {
	signal(reason: string): void;
	/** Ends everything without grace, and waits so long for the store. */
	end(reason: string, timeout?: number): void;
}

/** Milliseconds that the store has for the last tombstones. */
export const storeTime = 3000;
/** Milliseconds that receivers of webhooks have for the last events, once the store is done. */
const webhookTime = 800;
/** Milliseconds for what takes no time: connections that are cut, the last lines of a file. */
const margin = 500;

export const webhookTimeOf = (timeout: number): number => Math.min(timeout, webhookTime);

/** Milliseconds after which a process that was given so many for the store has ended, or never will. */
export const longestEnd = (timeout: number): number => timeout + webhookTimeOf(timeout) + margin;
/** Milliseconds between two looks whether the last stream is over. */
const lookInterval = 100;

export const createShutdown = ({ node, clock, log, drainTime, exit }: ShutdownOptions): Shutdown => {
	let step: 'serving' | 'draining' | 'ending' = 'serving';

	const end = (reason: string, timeout = storeTime): void => {
		if (step === 'ending') return;
		step = 'ending';
		log.info('ingest node stopping', { reason });
		void node.stop(timeout).finally(() => exit(0));
	};

	const drain = (reason: string): void => {
		step = 'draining';
		log.info('ingest node draining', { reason, milliseconds: drainTime });
		node.drain();
		const until = clock.monotonic() + drainTime;
		const look = (): void => {
			const rest = until - clock.monotonic();
			if (rest <= 0 || node.isIdle()) end(reason);
			else clock.after(Math.min(rest, lookInterval), look);
		};
		look();
	};

	return {
		signal: (reason) => {
			if (step === 'serving') drain(reason);
			else if (step === 'draining') end(`${reason} again`);
			else exit(1);
		},
		end,
	};
};
