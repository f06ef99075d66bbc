/** The edge alone, with keyframe objects that a test puts there itself: what no publisher sends can be shown, too. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { buildWorker } from '../../../local/build-worker.ts';
import { startEdge } from '../../../local/edge.ts';
import { historyKey } from '../../../src/shared/history-key.ts';
import { buildMetadata, type KeyframeInfo, objectContentType, tombstone } from '../../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../../src/shared/stream-name.ts';
import { makeDataDir } from './stack.ts';

export const startTestEdge = async (variables: Readonly<Record<string, string>> = {}) => {
	const dataDir = await makeDataDir();
	const edge = await startEdge({ port: 0, host: '127.0.0.1', dataDir, bundle: await buildWorker(), variables });

	const put = async (name: string, info: KeyframeInfo, body: Uint8Array): Promise<void> => {
		const key = liveKey(parseStreamName(name));
		const old = await edge.store.head(key);
		const object = { body, contentType: objectContentType(info.codec), metadata: buildMetadata(info) };
		await edge.store.put(key, object, old === null ? 'absent' : { etag: old.etag });
	};

	return {
		url: `http://127.0.0.1:${edge.port}`,
		/** Writes a live keyframe; `changes` make it another one than the first of a new session. */
		publish: async (name: string, body: Uint8Array, changes: Partial<KeyframeInfo> = {}): Promise<KeyframeInfo> => {
			const now = Date.now();
			const info: KeyframeInfo = {
				...{ codec: 'h264', width: 0, height: 0, rotation: 0, protocol: 'rtmp', node: '', session: randomUUID() },
				...{ capturedAt: now, publishedAt: now, leaseUntil: now + 600_000, keyframeInterval: 2000, sequence: 1 },
				...changes,
			};
			await put(name, info, body);
			return info;
		},
		/** Keeps a keyframe of that time, of a stream that need not be live. */
		keep: async (name: string, body: Uint8Array, changes: Partial<KeyframeInfo> & { capturedAt: number }) => {
			const info: KeyframeInfo = {
				...{ codec: 'h264', width: 0, height: 0, rotation: 0, protocol: 'rtmp', node: '', session: randomUUID() },
				...{ publishedAt: 0, leaseUntil: 0, keyframeInterval: 2000, sequence: 1, ...changes },
			};
			const object = { body, contentType: objectContentType(info.codec), metadata: buildMetadata(info) };
			await edge.store.put(historyKey(parseStreamName(name), info.capturedAt), object, 'absent');
		},
		unpublish: async (name: string, info: KeyframeInfo): Promise<void> => {
			const ended = tombstone(info);
			await put(name, ended.info, ended.body);
		},
		stop: async () => {
			await edge.stop();
			await rm(dataDir, { recursive: true, force: true });
		},
	};
};

export type TestEdge = Awaited<ReturnType<typeof startTestEdge>>;
