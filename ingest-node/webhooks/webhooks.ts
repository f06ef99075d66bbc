/** Webhooks of this node: tells all receivers what happens to its streams, beside the media and never in its way. */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { createGuardedClient } from '../outgoing/guarded-fetch.ts';
import type { LookUpAll } from '../outgoing/guarded-lookup.ts';
import { createDeadLetters } from './dead-letters.ts';
import { createNotifier, type Notifier } from './notifier.ts';
import { createReceiver, type ReceiverOptions } from './receiver.ts';
import type { WebhookConfig } from './webhook-config.ts';

/** Milliseconds of one attempt. */
const timeout = 5000;
/** What receivers say is not read. */
const answerBytes = 64 * 1024;

export interface WebhooksOptions {
	readonly config: WebhookConfig;
	readonly clock: Clock;
	readonly log: Log;
	readonly onOutcome: ReceiverOptions['onOutcome'];
	readonly random?: () => number;
	readonly timeout?: number;
	readonly lookUpAll?: LookUpAll;
}

export interface Webhooks extends Notifier {
	/** Events that wait, of all receivers. */
	waiting(): number;
	/** Sends what is left within so many milliseconds; what is not taken by then is a dead letter. */
	close(milliseconds: number): Promise<void>;
}

export const createWebhooks = (options: WebhooksOptions): Webhooks => {
	const { config, clock, log, onOutcome, random = Math.random, lookUpAll } = options;
	const deadLetters = createDeadLetters(config.deadLetters, log);
	const client = createGuardedClient({
		...{ allowed: config.allowed, timeout: options.timeout ?? timeout, answerBytes },
		...(lookUpAll !== undefined && { lookUpAll }),
	});
	const common = { secrets: config.secrets, client, clock, random, deadLetters, onOutcome };
	const receivers = config.urls.map((url) => createReceiver({ url, ...common }));
	const notifier = createNotifier(config, clock, (event) => {
		for (const receiver of receivers) receiver.offer(event);
	});
	return {
		...notifier,
		waiting: () => receivers.reduce((sum, receiver) => sum + receiver.waiting, 0),
		close: async (milliseconds) => {
			await Promise.all(receivers.map((receiver) => receiver.close(milliseconds)));
			await client.close();
			await deadLetters.flushed();
		},
	};
};
