/** A child process with its parent's store, or that of a directory: does the calls that the test sends, through the adapter. */
import { createDiskStore } from '../../../ingest-node/store/disk.ts';
import { createParentProcessStore } from '../../../ingest-node/store/parent-process.ts';
import { StoreError } from '../../../ingest-node/store/port.ts';
import type { ProxyCall } from './store-proxy.ts';

const folder = process.argv[2];
const store = folder === undefined ? createParentProcessStore() : await createDiskStore(folder);

process.on('message', async (message: ProxyCall | { readonly type: string }) => {
	if (!('args' in message)) return;
	const { id, method, args } = message;
	try {
		const call = store[method] as (...values: readonly unknown[]) => Promise<unknown>;
		process.send?.({ type: 'proxy-result', id, value: await call(...args) });
	} catch (error) {
		const failure = error instanceof StoreError ? error.failure : undefined;
		process.send?.({ type: 'proxy-result', id, failure, message: String(error) });
	}
});
