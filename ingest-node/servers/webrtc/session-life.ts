/** The life that publishers and players share: it connects in time or not, and ends once, for one reason. */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Clock } from '../../clock.ts';

export interface SessionLife {
	readonly connected: Promise<void>;
	readonly closed: Promise<string>;
	readonly isOver: boolean;
	/** ICE and DTLS are up. */
	connect(): void;
	/** The connection was interrupted: it is up again soon, or over. */
	interrupt(): void;
	/** Ends it; only the first call counts. */
	end(reason: string): void;
}

/** Milliseconds from the answer to the connection: browsers need below 1,000; a client may ask its user in between. */
const connectTimeout = 15_000;
/** Milliseconds that an interruption may last. */
const interruptionTimeout = 5000;

/** @param onEnd called once, when it is over */
export const createSessionLife = (clock: Clock, onEnd: (reason: string) => void): SessionLife => {
	const connected = Promise.withResolvers<void>();
	const closed = Promise.withResolvers<string>();
	// Who is not interested in the connection must not suffer from its failure.
	connected.promise.catch(() => {});
	let isOver = false;

	const end = (reason: string): void => {
		if (isOver) return;
		isOver = true;
		cancel();
		// Without effect when it was connected.
		connected.reject(new LivestillError('PROTOCOL_VIOLATION', reason));
		onEnd(reason);
		closed.resolve(reason);
	};
	let cancel = clock.after(connectTimeout, () =>
		end(`Failed by ICE timeout: no connection in ${connectTimeout / 1000} s`),
	);

	return {
		connected: connected.promise,
		closed: closed.promise,
		get isOver() {
			return isOver;
		},
		connect: () => {
			cancel();
			connected.resolve();
		},
		interrupt: () => {
			cancel();
			if (!isOver) cancel = clock.after(interruptionTimeout, () => end('the connection was lost'));
		},
		end,
	};
};
