/** Events that could not be delivered: one JSON object a line, in a file that does not grow for ever, or in the log. */
import { appendFile, rename, stat } from 'node:fs/promises';
import { type Log, messageOf } from '../log.ts';
import type { WebhookEvent } from './event.ts';

export interface DeadLetter {
	/** ISO 8601. */
	readonly time: string;
	/** Scheme and host of the receiver: the rest of its URL may be a secret. */
	readonly receiver: string;
	readonly reason: string;
	readonly attempts: number;
	readonly body: WebhookEvent;
}

export interface DeadLetters {
	/** Takes a letter; never throws. */
	add(letter: DeadLetter): void;
	/** Resolves when all letters so far are written. */
	flushed(): Promise<void>;
}

/** Bytes: some 25,000 letters. When it is full it becomes `FILE.1`, whose predecessor is gone. */
const usualBytes = 10 * 1024 * 1024;
/** Letters that wait for the disk. */
const maxWaiting = 1000;

const sizeOf = (file: string): Promise<number> =>
	stat(file).then(
		({ size }) => size,
		() => 0,
	);

/** @param file `undefined`: the log takes them */
export const createDeadLetters = (file: string | undefined, log: Log, maxBytes = usualBytes): DeadLetters => {
	let waiting = 0;
	let last: Promise<void> = Promise.resolve();

	const write = async (name: string, line: string): Promise<void> => {
		try {
			// Other processes may write to it as well: only the file knows its size.
			if ((await sizeOf(name)) + line.length > maxBytes) await rename(name, `${name}.1`).catch(() => {});
			await appendFile(name, line, { mode: 0o600 });
		} catch (error) {
			log.error('dead letters cannot be written', { reason: messageOf(error) });
		} finally {
			waiting -= 1;
		}
	};

	return {
		add: (letter) => {
			const { receiver, reason, attempts, body } = letter;
			const summary = { webhook: body.event, stream: body.streamName, id: body.id, receiver, reason, attempts };
			const whole = { ...summary, body: JSON.stringify(body) };
			if (file === undefined) log.error('webhook not delivered', whole);
			// A node that stops gives up all that waits at once.
			else if (waiting >= maxWaiting) log.error('webhook not delivered, nor written', whole);
			else {
				log.warn('webhook not delivered', summary);
				waiting += 1;
				last = last.then(() => write(file, `${JSON.stringify(letter)}\n`));
			}
		},
		flushed: () => last,
	};
};
