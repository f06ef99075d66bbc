/**
 * Calls between two processes over an IPC channel (`serialization: 'advanced'`, so that bytes travel as bytes), both ways.
 * What an error is in one it is in the other: its code travels along.
 */
import { type ErrorCode, errorCodes, LivestillError } from '../../src/shared/errors.ts';

interface Call {
	readonly type: 'worker-call';
	/** Counter of the caller's, repeated in the result; 0: nobody waits for one. */
	readonly id: number;
	readonly method: string;
	readonly argument: unknown;
}

type Result = { readonly type: 'worker-result'; readonly id: number } & (
	| { readonly value: unknown }
	| { readonly code: string; readonly message: string }
);

/** What `process` and a `ChildProcess` have in common. */
export interface IpcPort {
	readonly connected: boolean;
	send?(message: unknown, callback: (error: Error | null) => void): boolean;
	on(event: 'message', listener: (message: unknown) => void): unknown;
	on(event: 'disconnect', listener: () => void): unknown;
}

/** What a process answers, by the name of the call. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

export interface Channel {
	/**
	 * @param timeout milliseconds for the answer
	 * @throws LivestillError what the other side threw; `BUSY` when it does not answer, or is gone
	 */
	call(method: string, argument?: unknown, timeout?: number): Promise<unknown>;
	/** The same when nobody waits for the result. Never fails. */
	tell(method: string, argument?: unknown): void;
	/** The other process is gone: calls that wait fail, and what still comes of it is not heard. */
	close(): void;
}

/** Milliseconds: more than anything takes that is asked for, a store that hangs included. */
const longestTimeout = 20_000;

const isMessage = <T extends Call | Result>(message: unknown, type: T['type']): message is T =>
	typeof message === 'object' && message !== null && 'type' in message && message.type === type;

const isErrorCode = (code: string): code is ErrorCode => (errorCodes as readonly string[]).includes(code);

/** @param handlers of this side */
export const createChannel = (port: IpcPort, handlers: Handlers): Channel => {
	const waiting = new Map<number, (result: Result) => void>();
	let lastId = 0;
	let isClosed = false;

	const send = (message: Call | Result, onFailure: () => void): void => {
		if (isClosed || !port.connected || port.send === undefined) onFailure();
		else port.send(message, (error) => error !== null && onFailure());
	};
	const fail = (id: number, message: string): void =>
		waiting.get(id)?.({ type: 'worker-result', id, code: 'BUSY', message });

	const answer = async ({ id, method, argument }: Call): Promise<void> => {
		let result: Result;
		try {
			const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
			if (handler === undefined) throw new Error(`there is no call ${method}`);
			result = { type: 'worker-result', id, value: await handler(argument as never) };
		} catch (error) {
			const code = error instanceof LivestillError ? error.code : 'INTERNAL';
			result = { type: 'worker-result', id, code, message: error instanceof Error ? error.message : String(error) };
		}
		if (id !== 0) send(result, () => {});
	};

	const close = (): void => {
		isClosed = true;
		for (const id of [...waiting.keys()]) fail(id, 'the other process is gone');
	};

	port.on('message', (message) => {
		if (isClosed) return;
		if (isMessage<Call>(message, 'worker-call')) void answer(message);
		else if (isMessage<Result>(message, 'worker-result')) waiting.get(message.id)?.(message);
	});
	port.on('disconnect', close);

	return {
		call: (method, argument, timeout = longestTimeout) =>
			new Promise((resolve, reject) => {
				lastId += 1;
				const id = lastId;
				const timer = setTimeout(() => fail(id, `no answer to ${method} within ${timeout} ms`), timeout);
				waiting.set(id, (result) => {
					clearTimeout(timer);
					waiting.delete(id);
					if ('value' in result) resolve(result.value);
					else reject(new LivestillError(isErrorCode(result.code) ? result.code : 'INTERNAL', result.message));
				});
				send({ type: 'worker-call', id, method, argument }, () => fail(id, 'there is no other process'));
			}),
		tell: (method, argument) => send({ type: 'worker-call', id: 0, method, argument }, () => {}),
		close,
	};
};
