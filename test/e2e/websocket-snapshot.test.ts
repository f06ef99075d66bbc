/** A snapshot over the signalling of a stream that was published over RTMP, by the whole stack. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { publish, type RtmpPublisher } from '../../local/rtmp-publisher.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

let stack: TestStack;
let publisher: RtmpPublisher;
beforeAll(async () => {
	stack = await startTestStack();
	const flv = await readFile(join(import.meta.dirname, '../../local/demo-clip.flv'));
	publisher = await publish({ url: `${stack.rtmp}/camera`, source: { flv }, loop: true });
	await untilStatus(stack.rest, 'camera', 200, 10_000);
});
afterAll(async () => {
	await publisher?.stop();
	await stack?.stop();
});

type Message = { readonly message: string; readonly data: readonly Record<string, unknown>[] };

/** Everything that is heard until as many messages of streams have come. */
const ask = async (url: string | null, name: string, count: number): Promise<Message[]> => {
	const socket = new WebSocket(url ?? '', { rejectUnauthorized: false });
	const heard: Message[] = [];
	const complete = Promise.withResolvers<void>();
	socket.on('error', complete.reject);
	socket.on('open', () => socket.send('{"message":"connection","data":[{"appKey":"defaultApp"}]}'));
	socket.on('message', (text) => {
		const message = JSON.parse(String(text)) as Message;
		if (message.message === 'getUserData')
			socket.send(JSON.stringify({ message: 'snapshot', data: [{ name, mediaSessionId: 'id' }] }));
		if (message.message.startsWith('notify')) heard.push(message);
		if (heard.length === count) complete.resolve();
	});
	await complete.promise;
	socket.close();
	return heard;
};

test.each(['ws', 'wss'] as const)('both generations of clients get the picture over %s', async (scheme) => {
	const [status, event] = await ask(stack.urls[scheme], 'camera', 2);
	const { width, height } = await takeSnapshot(stack.rest, 'camera');
	expect(status).toMatchObject({ message: 'notifyStreamStatusEvent', data: [{ status: 'SNAPSHOT_COMPLETE' }] });
	expect(event).toMatchObject({ message: 'notifyStreamEvent', data: [{ type: 'snapshotCompleted' }] });
	const png = Buffer.from(String(status?.data[0]?.info), 'base64');
	expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
	expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
	expect(event?.data[0]?.payload).toEqual({ snapshot: status?.data[0]?.info });
});

test('a stream that is not there fails in both ways', async () => {
	const [event, status] = await ask(stack.urls.ws, 'nobody', 2);
	expect(event).toMatchObject({ data: [{ type: 'snapshotFailed', payload: { info: 'Stream not found' } }] });
	expect(status).toMatchObject({ data: [{ status: 'FAILED', info: 'Stream not found' }] });
});

test('the pages and the official SDK are served', async () => {
	const http = stack.urls.ws?.replace('ws', 'http');
	for (const path of ['/', '/two-way-streaming', '/stream-snapshot', '/pages/style.css', '/pages/page.js'])
		expect((await fetch(http + path)).status).toBe(200);
	expect(await (await fetch(`${http}/flashphoner.js`)).text()).toContain('Flashphoner');
	expect(await (await fetch(`${http}/pages/settings.json`)).json()).toEqual({
		restPort: Number(new URL(stack.rest).port),
	});
	for (const path of ['/pages/', '/pages/../main.ts', '/pages/%2e%2e/main.ts', '/package.json'])
		expect((await fetch(http + path)).status).toBe(404);
});
