/** Keyframe objects in the simulated bucket, written as an ingest node writes them. */
import { env } from 'cloudflare:workers';
import { historyKey } from '../../../src/shared/history-key.ts';
import {
	buildMetadata,
	type KeyframeInfo,
	type KeyframeObject,
	noKeyframeBody,
	objectContentType,
	tombstone,
} from '../../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName, type StreamName } from '../../../src/shared/stream-name.ts';

let names = 0;

/** A name that no other test uses. */
export const freshName = (): StreamName => {
	names += 1;
	return parseStreamName(`stream-${names}-${crypto.randomUUID()}`);
};

/** Takes everything out of the bucket. */
export const clearBucket = async (): Promise<void> => {
	for (;;) {
		const { objects } = await env.KEYFRAMES.list();
		if (objects.length === 0) return;
		await env.KEYFRAMES.delete(objects.map(({ key }) => key));
	}
};

/** A live H.264 keyframe, captured now, unless `changes` say otherwise. */
export const keyframeInfo = (changes: Partial<KeyframeInfo> = {}): KeyframeInfo => {
	const now = Date.now();
	return {
		codec: 'h264',
		width: 64,
		height: 48,
		rotation: 0,
		capturedAt: now - 100,
		publishedAt: now - 5000,
		session: crypto.randomUUID(),
		sequence: 1,
		protocol: 'rtmp',
		node: '',
		leaseUntil: now + 30_000,
		keyframeInterval: 2000,
		...changes,
	};
};

/** Writes an object as it is, with any metadata. */
export const putRaw = async (
	name: StreamName,
	body: Uint8Array | string,
	customMetadata: Record<string, string>,
): Promise<void> => {
	await env.KEYFRAMES.put(liveKey(name), body, { customMetadata });
};

/** Writes an object. */
export const put = async (name: StreamName, { info, body }: KeyframeObject): Promise<void> => {
	await env.KEYFRAMES.put(liveKey(name), body, {
		customMetadata: buildMetadata(info),
		httpMetadata: { contentType: objectContentType(info.codec) },
	});
};

/** Publishes a keyframe under a fresh name. */
export const publish = async (
	changes: Partial<KeyframeInfo> = {},
	body: Uint8Array = Uint8Array.of(1),
): Promise<{ name: StreamName; info: KeyframeInfo }> => {
	const name = freshName();
	const info = keyframeInfo(changes);
	await put(name, { info, body });
	return { name, info };
};

/** A stream that is published and has sent no keyframe yet. */
export const publishWithoutKeyframe = async (
	changes: Partial<KeyframeInfo> = {},
): Promise<{ name: StreamName; info: KeyframeInfo }> => {
	const name = freshName();
	const info = keyframeInfo({ codec: 'none', width: 0, height: 0, sequence: 0, ...changes });
	await put(name, { info, body: noKeyframeBody(info.session) });
	return { name, info };
};

/** Ends a session as an ingest node does. */
export const unpublish = (name: StreamName, info: KeyframeInfo): Promise<void> => put(name, tombstone(info));

/** Keeps a keyframe as an ingest node does. */
export const keep = async (
	name: StreamName,
	changes: Partial<KeyframeInfo> & { readonly capturedAt: number },
	body: Uint8Array = Uint8Array.of(1),
): Promise<KeyframeInfo> => {
	const info = keyframeInfo({ leaseUntil: 0, ...changes });
	await env.KEYFRAMES.put(historyKey(name, info.capturedAt), body, {
		customMetadata: buildMetadata(info),
		httpMetadata: { contentType: objectContentType(info.codec) },
	});
	return info;
};
