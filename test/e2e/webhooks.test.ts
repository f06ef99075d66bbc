/** What webhooks say is true when they say it: ffmpeg publishes, a receiver hears of it and asks for the picture at once. */
import { afterAll, test as base, beforeAll, expect } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { startReceiver, type TestReceiver, testSecret } from '../ingest/support/webhook-receiver.ts';
import { publishWithFfmpeg } from './support/ffmpeg.ts';
import { isMissing } from './support/peers.ts';
import { endPeers } from './support/processes.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const test = base.skipIf(isMissing('ffmpeg'));

let receiver: TestReceiver;
let stack: TestStack;
beforeAll(async () => {
	receiver = await startReceiver();
	stack = await startTestStack({
		...{ WEBHOOK_URLS: receiver.url, WEBHOOK_SECRETS: testSecret, WEBHOOK_ALLOW: '127.0.0.1' },
		...{ PUSH_INTERVAL: '1h' },
	});
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
	await receiver?.close();
});

test('the picture is there when "published" is out, and gone when "ended" is', async () => {
	const seen: unknown[] = [];
	receiver.answer = async ({ event, url, streamName }, response) => {
		const preview = url === null ? null : await fetch(url);
		const asked = await takeSnapshot(stack.rest, streamName);
		seen.push([event, preview?.status, preview?.headers.get('content-type'), asked.status, asked.code]);
		response.writeHead(204).end();
	};
	const publisher = publishWithFfmpeg(`${stack.rtmp}/hooked`);
	await eventually('the first two', () => seen.length === 2, 20_000);
	publisher.kill('SIGTERM');
	await eventually('the end', () => seen.length === 3);
	expect(seen).toEqual([
		['stream.published', 200, 'image/jpeg', 200, null],
		['snapshot.created', 200, 'image/jpeg', 200, null],
		['stream.ended', undefined, undefined, 404, 'STREAM_NOT_FOUND'],
	]);
	// A preview may outlive its stream by the half second that an isolate trusts what the store has said.
	const gone = async () => (await fetch(`${stack.rest}/preview/hooked.jpg`)).status === 404;
	await eventually('the preview gone', gone, 2000);
	await untilStatus(stack.rest, 'hooked', 404, 1000);
});

test('the last events leave with the node', async () => {
	receiver.answer = (_event, response) => response.writeHead(204).end();
	const own = await startTestStack({
		...{ WEBHOOK_URLS: receiver.url, WEBHOOK_SECRETS: testSecret, WEBHOOK_ALLOW: '127.0.0.0/8' },
		...{ WEBHOOK_EVENTS: 'stream.published stream.ended' },
	});
	const of = (event: string) =>
		receiver.deliveries.some((delivery) => delivery.event.streamName === 'leaving' && delivery.event.event === event);
	try {
		publishWithFfmpeg(`${own.rtmp}/leaving`);
		await eventually('published', () => of('stream.published'), 20_000);
	} finally {
		await own.stop();
	}
	expect(of('stream.ended')).toBe(true);
});
