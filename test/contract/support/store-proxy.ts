import type { ChildProcess } from 'node:child_process';
import { type ObjectStore, StoreError, type StoreFailure } from '../../../ingest-node/store/port.ts';

export interface ProxyCall {
	readonly type: 'proxy-call';
	readonly id: number;
	readonly method: 'get' | 'head' | 'put' | 'list' | 'remove';
	readonly args: readonly unknown[];
}

interface ProxyResult {
	readonly type: 'proxy-result';
	readonly id: number;
	readonly value?: unknown;
	readonly failure?: StoreFailure;
	readonly message?: string;
}

/** The store of a child that runs `store-child.ts`, so that the suite can drive it from here. */
export const proxyStore = (child: ChildProcess): ObjectStore => {
	let lastId = 0;
	const waiting = new Map<number, (result: ProxyResult) => void>();
	child.on('message', (message: ProxyResult) => {
		if (message.type === 'proxy-result') waiting.get(message.id)?.(message);
	});
	const call = (method: ProxyCall['method'], ...args: readonly unknown[]): Promise<never> =>
		new Promise((resolve, reject) => {
			lastId += 1;
			const id = lastId;
			waiting.set(id, (result) => {
				waiting.delete(id);
				if (result.message === undefined) resolve(result.value as never);
				else reject(result.failure ? new StoreError(result.failure, result.message) : new Error(result.message));
			});
			child.send({ type: 'proxy-call', id, method, args } satisfies ProxyCall);
		});
	return {
		get: (key) => call('get', key),
		head: (key) => call('head', key),
		put: (key, object, condition) => call('put', key, object, condition),
		list: (prefix, options) => call('list', prefix, options),
		remove: (keys) => call('remove', keys),
	};
};
