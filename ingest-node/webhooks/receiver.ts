/**
 * One receiver of webhooks. Events of one stream arrive in their order: the next one is sent when the one before has been
 * taken or given up. Streams do not wait for each other, but for a place among the requests that are under way.
 *
 * Nothing queues without end: of snapshots that wait the newest is enough, and beyond the bound events are refused.
 */
import { type Backoff, createBackoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { GuardedClient, OutgoingError } from '../outgoing/guarded-fetch.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { WebhookEvent } from './event.ts';
import { signatureHeaders } from './signature.ts';

/** What became of an event. */
export type WebhookOutcome = 'sent' | 'superseded' | 'failed' | 'dropped';

export interface ReceiverOptions {
	readonly url: string;
	readonly secrets: readonly string[];
	readonly client: GuardedClient;
	readonly clock: Clock;
	/** 0 ≤ x < 1, for jitter. */
	readonly random: () => number;
	readonly deadLetters: DeadLetters;
	readonly onOutcome: (event: WebhookEvent, outcome: WebhookOutcome) => void;
}

export interface Receiver {
	/** Takes an event; returns at once and never throws. */
	offer(event: WebhookEvent): void;
	/** Events that wait or are under way. */
	readonly waiting: number;
	/** Tries what is left once more, gives it up after so many milliseconds, and takes nothing any more. */
	close(milliseconds: number): Promise<void>;
}

/** Tries of an event, over two minutes. */
const maxAttempts = 8;
/** Milliseconds between the tries of an event. */
const pauses = { first: 1000, longest: 60_000 } as const;
/** Requests under way at a time. */
const maxBusy = 8;
/** Events of all streams: a receiver that is gone for minutes while hundreds of streams come and go. */
const maxWaiting = 1000;

interface Lane {
	readonly events: WebhookEvent[];
	readonly backoff: Backoff;
	attempts: number;
	/** A request is under way. */
	isBusy: boolean;
	/** The pause after a failure is not over. */
	isPausing: boolean;
	cancelTimer: () => void;
}

/** Why an attempt has failed; `isFinal`: another one would fail, too. */
interface Refusal {
	readonly reason: string;
	readonly isFinal: boolean;
	/** Milliseconds that the receiver wants to be left alone; 0: it has not said. */
	readonly pause: number;
}

/** 410: "do not send me any more of these". */
const gone = 410;

const pauseOf = (retryAfter: unknown): number =>
	/^[0-9]{1,6}$/.test(String(retryAfter)) ? Math.min(pauses.longest, Number(retryAfter) * 1000) : 0;

export const createReceiver = (options: ReceiverOptions): Receiver => {
	const { url, secrets, client, clock, random, deadLetters, onOutcome } = options;
	const lanes = new Map<string, Lane>();
	const receiver = new URL(url).origin;
	let busy = 0;
	let waiting = 0;
	let isClosing = false;
	let onEmpty = (): void => {};

	const bury = (event: WebhookEvent, reason: string, attempts: number, outcome: WebhookOutcome): void => {
		onOutcome(event, outcome);
		deadLetters.add({ time: new Date(clock.now()).toISOString(), receiver, reason, attempts, body: event });
	};

	const judge = (status: number, retryAfter?: unknown): Refusal | null =>
		status >= 200 && status < 300
			? null
			: { reason: `status ${status}`, isFinal: status === gone, pause: pauseOf(retryAfter) };

	const attempt = async (event: WebhookEvent): Promise<Refusal | null> => {
		const body = JSON.stringify(event);
		const headers = { 'content-type': 'application/json', 'user-agent': 'livestill' };
		try {
			const { status, headers: answered } = await client.send({
				...{ url, method: 'POST', body },
				headers: { ...headers, ...signatureHeaders(event.id, body, clock.now(), secrets) },
			});
			return judge(status, answered['retry-after']);
		} catch (error) {
			const { failure, status = 0, message } = error as OutgoingError;
			// What it says besides is of no interest.
			if (failure === 'too-large') return judge(status);
			if (failure === 'refused') return { reason: `${message} (WEBHOOK_ALLOW)`, isFinal: true, pause: 0 };
			return { reason: message, isFinal: failure === 'redirect', pause: 0 };
		}
	};

	/** The first event of a lane is done with; the others of the stream wait until all other streams had their turn. */
	const shift = (stream: string, lane: Lane): void => {
		lane.events.shift();
		lane.attempts = 0;
		lane.backoff.reset();
		waiting -= 1;
		lanes.delete(stream);
		if (lane.events.length > 0) lanes.set(stream, lane);
	};

	const run = async (stream: string, lane: Lane, event: WebhookEvent): Promise<void> => {
		lane.isBusy = true;
		busy += 1;
		const isLastChance = isClosing;
		const refusal = await attempt(event);
		busy -= 1;
		lane.isBusy = false;
		lane.attempts += 1;
		if (lanes.get(stream) !== lane) return;
		if (refusal === null) {
			onOutcome(event, 'sent');
			shift(stream, lane);
		} else if (refusal.isFinal || lane.attempts >= maxAttempts || isLastChance) {
			bury(event, refusal.reason, lane.attempts, 'failed');
			shift(stream, lane);
		} else {
			lane.backoff.failed();
			lane.isPausing = true;
			lane.cancelTimer = clock.after(Math.max(refusal.pause, lane.backoff.until - clock.monotonic()), () => {
				lane.isPausing = false;
				step();
			});
		}
		step();
	};

	const step = (): void => {
		for (const [stream, lane] of lanes) {
			if (busy >= maxBusy) break;
			const [event] = lane.events;
			if (lane.isBusy || event === undefined || (lane.isPausing && !isClosing)) continue;
			lane.cancelTimer();
			void run(stream, lane, event);
		}
		if (waiting === 0) onEmpty();
	};

	/** A snapshot that waits when a newer one comes is of no use. */
	const supersede = (lane: Lane, event: WebhookEvent): boolean => {
		const at = lane.events.length - 1;
		const last = lane.events[at];
		const isUnderWay = at === 0 && lane.isBusy;
		if (event.event !== 'snapshot.created' || last?.event !== 'snapshot.created' || isUnderWay) return false;
		if (last.session !== event.session) return false;
		lane.events[at] = event;
		// Its pause goes on: that is the receiver's.
		if (at === 0) lane.attempts = 0;
		onOutcome(last, 'superseded');
		return true;
	};

	return {
		offer: (event) => {
			const stream = event.streamName;
			const backoff = createBackoff(clock, random, pauses);
			const states = { attempts: 0, isBusy: false, isPausing: false, cancelTimer: () => {} };
			const lane = lanes.get(stream) ?? { events: [], backoff, ...states };
			if (supersede(lane, event)) return;
			if (waiting >= maxWaiting || isClosing) {
				bury(event, isClosing ? 'the node is stopping' : `${maxWaiting} events wait already`, 0, 'dropped');
				return;
			}
			lanes.set(stream, lane);
			lane.events.push(event);
			waiting += 1;
			step();
		},
		get waiting() {
			return waiting;
		},
		close: async (milliseconds) => {
			isClosing = true;
			await new Promise<void>((resolve) => {
				const cancel = clock.after(milliseconds, resolve);
				onEmpty = () => {
					cancel();
					resolve();
				};
				step();
			});
			for (const { events, attempts, cancelTimer } of lanes.values()) {
				cancelTimer();
				for (const [index, event] of events.entries())
					bury(event, 'the node has stopped', index === 0 ? attempts : 0, 'failed');
			}
			lanes.clear();
			waiting = 0;
		},
	};
};
