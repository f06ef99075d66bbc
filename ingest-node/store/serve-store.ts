/** The parent's end of `parent-process.ts`: answers a child's store calls from a store of this process. */

import type { StoreCall, StoreResult } from './parent-process.ts';
import { type ObjectStore, StoreError } from './port.ts';

/** The part of a `ChildProcess` that makes an IPC channel. */
export interface ChildChannel {
	readonly connected: boolean;
	send(message: unknown, callback: (error: Error | null) => void): boolean;
	on(event: 'message', listener: (message: unknown) => void): unknown;
	off(event: 'message', listener: (message: unknown) => void): unknown;
}

const isCall = (message: unknown): message is StoreCall =>
	typeof message === 'object' && message !== null && 'type' in message && message.type === 'store-call';

const carryOut = (store: ObjectStore, call: StoreCall): Promise<unknown> => {
	if (call.op === 'put') return store.put(call.key, call.object, call.condition);
	if (call.op === 'list') return store.list(call.prefix, call.options);
	return call.op === 'remove' ? store.remove(call.keys) : store[call.op](call.key);
};

const answer = async (store: ObjectStore, call: StoreCall): Promise<StoreResult> => {
	const { id } = call;
	try {
		const value = await carryOut(store, call);
		return { type: 'store-result', id, value };
	} catch (error) {
		const failure = error instanceof StoreError ? error.failure : 'unavailable';
		return { type: 'store-result', id, failure, message: error instanceof Error ? error.message : String(error) };
	}
};

/**
 * Answers every store call of `child` until the returned function is called. The child must have been forked with
 * `serialization: 'advanced'`. A child that goes away in the middle of a call is no error.
 */
export const serveStore = (child: ChildChannel, store: ObjectStore): (() => void) => {
	const onMessage = (message: unknown): void => {
		if (!isCall(message)) return;
		void answer(store, message).then((result) => {
			// Without a callback a closed channel would raise an 'error' event on the child.
			if (child.connected) child.send(result, () => {});
		});
	};
	child.on('message', onMessage);
	return () => {
		child.off('message', onMessage);
	};
};
