/** Hostile clients of signalling, WHIP and the media port: each gets a clear answer, and somebody's stream goes on. */
import { createSocket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { createCamera, intraPicture } from '../ingest/support/h264-camera.ts';
import { createRandom } from '../ingest/support/udp-relay.ts';
import { createTestPeer, endWebRtc } from '../ingest/support/webrtc-peer.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { connectSignalling, type SignallingClient } from './support/signalling-client.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { openWhip, type WhipClient } from './support/whip-client.ts';

const maxConnections = 1000;

let stack: TestStack;
let bystander: WhipClient;
let stopCamera: () => void;
let pid: number | undefined;
/** The bystander's picture: always the same. */
let picture: Buffer | null;

beforeAll(async () => {
	stack = await startTestStack({ MAX_CONNECTIONS: String(maxConnections) });
	pid = stack.ingestPid();
	bystander = await openWhip('whip', { http: http(), name: 'bystander' });
	stopCamera = createCamera(bystander.peer, [intraPicture('size-318x214')]).run();
	await untilStatus(stack.rest, 'bystander', 200, 10_000);
	picture = (await takeSnapshot(stack.rest, 'bystander')).png;
});
afterAll(async () => {
	stopCamera?.();
	await stack?.stop();
	endWebRtc();
});

const ws = (): string => stack.urls.ws ?? '';
const http = (): string => ws().replace('ws', 'http');

// Whatever a test did: the same process, the same picture, taken after it.
afterEach(async () => {
	expect(stack.ingestPid()).toBe(pid);
	const asked = Date.now();
	const { status, png, timestamp } = await takeSnapshot(stack.rest, 'bystander');
	expect(status).toBe(200);
	expect(asked - timestamp).toBeLessThan(3000);
	expect(picture !== null && png?.equals(picture), 'the picture').toBe(true);
	expect(bystander.peer.state).toBe('connected');
});

const statuses = (client: SignallingClient): string[] =>
	client.heard
		.filter(({ message }) => message === 'notifyStreamStatusEvent')
		.map(({ data: [event] }) => {
			const { status, info } = event as { status: string; info?: string };
			return `${status} ${info ?? ''}`;
		});

describe('signalling', () => {
	test.each([
		{ what: '10 MB of text', data: 'x'.repeat(10_000_000), code: 1009 },
		{ what: 'a binary frame', data: Buffer.from([1, 2, 3]), code: 1003 },
		{ what: '10 MB of binary', data: Buffer.alloc(10_000_000), code: 1009 },
	])('closes on $what with $code', async ({ data, code }) => {
		const client = await connectSignalling(ws());
		client.socket.send(data);
		await eventually('the close', () => client.closed() === code);
	});

	test('ignores unknown messages and goes on', async () => {
		const client = await connectSignalling(ws());
		for (const message of ['call', 'hangup', '__proto__', 'toString', '', 'x'.repeat(1000), 'getUserData'])
			client.say(message, { deep: [[[[{}]]]], mediaSessionId: 'bystander', name: 'bystander' });
		client.say('ping', null);
		await eventually('the pong', () => client.heard.some(({ message }) => message === 'pong'));
		// Somebody else's stream cannot be stopped.
		client.say('unPublishStream', { mediaSessionId: 'bystander', name: 'bystander', published: true });
		await eventually('an answer', () => statuses(client).length > 0);
		expect(client.closed()).toBeNull();
		client.socket.close();
	});

	test('closes on a flood of what is no message', async () => {
		const client = await connectSignalling(ws());
		for (let count = 0; count < 150; count += 1) client.socket.send('{'.repeat(100));
		await eventually('the close', () => client.closed() === 1008);
	});

	test('answers malformed SDP with FAILED and a reason', async () => {
		const client = await connectSignalling(ws());
		const { offer } = await createTestPeer({ direction: 'sendonly' });
		const malformed = ['', 'v=0', offer.replaceAll('fingerprint', 'x'), offer.replaceAll('H264', 'H261'), 7, null];
		for (const [index, sdp] of malformed.entries()) {
			const more = { name: `malformed-${index}`, mediaProvider: 'WebRTC', published: true };
			client.say('publishStream', { mediaSessionId: `m${index}`, sdp, ...more });
		}
		await eventually('all are answered', () => statuses(client).length === malformed.length);
		for (const status of statuses(client)) expect(status).toMatch(/^FAILED ./);
		client.socket.close();
	});

	test('holds 1,000 idle sockets for ten seconds, and is there for others afterwards', {
		timeout: 90_000,
	}, async () => {
		const idle: SignallingClient[] = [];
		const refusals: string[] = [];
		const open = () =>
			connectSignalling(ws(), false).then(idle.push.bind(idle), ({ message }) => refusals.push(message));
		for (let batch = 0; batch < 22; batch += 1) await Promise.all(Array.from({ length: 50 }, open));
		// Of 1,100: on a slow machine the first ones are closed before the last ones come.
		expect(idle.length).toBeGreaterThan(0.98 * maxConnections);
		expect(new Set(refusals)).toEqual(new Set(refusals.length > 0 ? ['Unexpected server response: 503'] : []));
		expect((await takeSnapshot(stack.rest, 'bystander')).status).toBe(200);
		await eventually('all are closed', () => idle.every((client) => client.closed() === 1008), 40_000);
		const client = await connectSignalling(ws());
		await eventually('the greeting', () => client.heard.some(({ message }) => message === 'getUserData'));
		client.socket.close();
	});
});

describe('WHIP', () => {
	const post = async (
		body: string | Uint8Array<ArrayBuffer>,
		type = 'application/sdp',
		path = '/whip/hostile',
	): Promise<[number, string]> => {
		const response = await fetch(http() + path, { method: 'POST', headers: { 'content-type': type }, body });
		const { error } = (await response.json()) as { error: { code: string; message: string } };
		expect(error.message).toMatch(/./);
		return [response.status, error.code];
	};

	test('refuses bodies that are too long, of another type, or no SDP', async () => {
		expect(await post('x'.repeat(10_000_000))).toEqual([413, 'BODY_TOO_LARGE']);
		expect(await post('v=0', 'application/json')).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
		expect(await post(new Uint8Array(5000).fill(0xff))).toEqual([400, 'INVALID_PARAMETER']);
		expect(await post('v=0\r\n'.repeat(10_000))).toEqual([400, 'INVALID_PARAMETER']);
		expect(await post('v=0', 'application/sdp', '/whip/bystander')).toEqual([400, 'INVALID_PARAMETER']);
	});

	test('refuses 200 damaged offers, or takes what is whole of them', async () => {
		const random = createRandom(5);
		const { offer } = await createTestPeer({ direction: 'sendonly', audio: true });
		const lines = offer.split('\r\n');
		const seen = new Set<number>();
		for (let round = 0; round < 200; round += 1) {
			const damaged = lines.flatMap((line) => {
				const dice = random();
				if (dice < 0.04) return [];
				if (dice < 0.08) return [line, lines[Math.floor(random() * lines.length)] ?? ''];
				return [dice < 0.12 ? line.slice(0, Math.floor(random() * line.length)) : line];
			});
			const headers = { 'content-type': 'application/sdp' };
			const body = damaged.join('\r\n');
			const response = await fetch(`${http()}/whip/hostile-${round}`, { method: 'POST', headers, body });
			await response.text();
			seen.add(response.status);
			if (response.status === 201)
				await fetch(new URL(response.headers.get('location') ?? '', http()), { method: 'DELETE' });
		}
		expect([...seen].sort()).toEqual([201, 400]);
	});
});

test('the media port bears garbage', async () => {
	const random = createRandom(6);
	const socket = createSocket('udp4');
	const candidate = / (\d+) typ host/.exec((await openedAnswer()) ?? '')?.[1];
	for (let count = 0; count < 2000; count += 1) {
		const bytes = Buffer.from(Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(256 * random())));
		// As STUN, DTLS and media begin. RFC 7983 § 7.
		if (bytes.length > 0) bytes[0] = [0, 1, 22, 23, 128, 200][count % 6] ?? 0;
		// A binding request by its header.
		if (count % 6 === 1 && bytes.length >= 20) bytes.set([0, 1, 0, bytes.length - 20, 0x21, 0x12, 0xa4, 0x42]);
		socket.send(bytes, Number(candidate), '127.0.0.1');
	}
	await new Promise((resolve) => setTimeout(resolve, 300));
	socket.close();
});

/** An answer of the node, which names its port; its session ends unconnected. */
const openedAnswer = async (): Promise<string> => {
	const { offer } = await createTestPeer({ direction: 'sendonly' });
	const headers = { 'content-type': 'application/sdp' };
	const response = await fetch(`${http()}/whip/port`, { method: 'POST', headers, body: offer });
	expect(response.status).toBe(201);
	return response.text();
};
