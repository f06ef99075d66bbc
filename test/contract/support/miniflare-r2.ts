import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import type { ObjectStore } from '../../../ingest-node/store/port.ts';
import { createR2BucketStore, type R2BucketShape } from '../../../ingest-node/store/r2-bucket.ts';

export interface MiniflareR2 {
	readonly store: ObjectStore;
	stop(): Promise<void>;
}

/** A real workerd with an empty bucket in memory, and the adapter over it. */
export const startMiniflareR2 = async (): Promise<MiniflareR2> => {
	const miniflare = new Miniflare(
		convertV4MiniflareOptions({
			modules: true,
			script: 'export default { fetch: () => new Response() };',
			r2Buckets: ['KEYFRAMES'],
			compatibilityDate: '2026-01-01',
		}),
	);
	const bucket = (await miniflare.getR2Bucket('KEYFRAMES')) as unknown as R2BucketShape;
	return { store: createR2BucketStore(bucket), stop: () => miniflare.dispose() };
};
