/** Stops a local edge while objects are being written, and says what became of the writes; of `local-edge-stop.test.ts`. */
import { rm } from 'node:fs/promises';
import { buildWorker } from '../../local/build-worker.ts';
import { startEdge } from '../../local/edge.ts';
import type { ObjectKey } from '../../src/shared/stream-name.ts';
import { makeDataDir } from '../e2e/support/stack.ts';

const dataDir = await makeDataDir();
const edge = await startEdge({ port: 0, host: '127.0.0.1', dataDir, bundle: await buildWorker() });
const write = (index: number): Promise<string> =>
	edge.store.put(
		`live/${index}` as ObjectKey,
		{ body: new Uint8Array(100_000), contentType: 'application/octet-stream', metadata: {} },
		'absent',
	);
await write(0);
const writes = Array.from({ length: 40 }, (_, index) => write(index + 1));
const settled = Promise.allSettled(writes);
// Some of them have been written by now, some have not.
await writes[4];
await edge.stop();
const outcomes = await settled;
await rm(dataDir, { recursive: true, force: true });
console.log(JSON.stringify(outcomes.map(({ status }) => status)));
