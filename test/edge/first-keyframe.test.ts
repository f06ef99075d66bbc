/** Streams without a keyframe in the store, whose ingest node is asked for the first one. */
import { describe, expect, inject, test } from 'vitest';
import { createIngestNodes } from '../../src/store/ingest-node.ts';
import { createNodeFailures } from '../../src/store/node-failures.ts';
import { parseHostRule } from '../../src/store/node-url.ts';
import { startApp, verdict } from './support/app.ts';
import { publishWithoutKeyframe, put, unpublish } from './support/store.ts';

const { url, secret } = inject('scriptedNode');

const start = () =>
	startApp({
		nodes: createIngestNodes({
			...{ secret, now: Date.now, mayCall: parseHostRule(undefined), failures: createNodeFailures(Date.now) },
			onFailure: () => {},
		}),
	});

/** A stream without a keyframe at a node that nobody else calls. */
const publishAt = async (behaves: string) => {
	const node = `${url}/${behaves}/${crypto.randomUUID()}`;
	return { node, ...(await publishWithoutKeyframe({ node, protocol: 'rtsp' })) };
};

const callsTo = async (node: string): Promise<{ after?: number }[]> => (await fetch(`${node}/calls`)).json();

describe('the node of a stream without a keyframe', () => {
	test.each(['fresh', 'late'])('is asked for the first one: %s', async (behaves) => {
		const { snapshot, counts } = start();
		const { name, info, node } = await publishAt(behaves);
		expect((await snapshot({ streamName: name })).status).toBe(200);
		expect(await callsTo(node)).toEqual([{ streamName: name, session: info.session, after: 0 }]);
		expect(counts).toEqual({ gets: 1, decodes: 1 });
	});

	test('is asked again while it has none, and the store is read', async () => {
		const { snapshot } = start();
		const { name, info, node } = await publishAt('nothing');
		const answer = snapshot({ streamName: name });
		await scheduler.wait(600);
		await put(name, { info: { ...info, codec: 'h264', sequence: 1 }, body: Uint8Array.of(1) });
		expect((await answer).status).toBe(200);
		const { length } = await callsTo(node);
		expect(length).toBeGreaterThan(1);
		expect(length).toBeLessThan(8);
	});

	test.each(['nothing', 'silent', 'hang-up'])('is not waited for longer than three seconds: %s', async (behaves) => {
		const { name } = await publishAt(behaves);
		const began = Date.now();
		const response = await start().snapshot({ streamName: name });
		expect(await verdict(response)).toEqual({ status: 500, code: 'NO_KEYFRAME' });
		expect(Date.now() - began).toBeGreaterThan(2900);
		expect(Date.now() - began).toBeLessThan(6000);
	});

	test('may say that the stream is over', async () => {
		const { name } = await publishAt('ended');
		const began = Date.now();
		const response = await start().snapshot({ streamName: name });
		expect(await verdict(response)).toEqual({ status: 404, code: 'STREAM_NOT_FOUND' });
		expect(Date.now() - began).toBeLessThan(2000);
	});

	test('has nothing to say of a stream that has ended', async () => {
		const { name, info, node } = await publishAt('fresh');
		await unpublish(name, info);
		expect((await start().snapshot({ streamName: name })).status).toBe(404);
		expect(await callsTo(node)).toEqual([]);
	});
});
