/** Cameras that are none, or mean no good: each ends with a reason, within its time, and no other stream notices. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { mutate, randomSource } from '../../support/mutate.ts';
import { eventually } from '../support/eventually.ts';
import { type PullNode, startPullNode } from '../support/pull-node.ts';
import {
	type CameraScript,
	respond,
	type ScriptedCamera,
	sdp,
	startScriptedCamera,
} from '../support/scripted-camera.ts';

let node: PullNode;
let good: ScriptedCamera;
const cameras: ScriptedCamera[] = [];

beforeAll(async () => {
	node = startPullNode();
	good = await startScriptedCamera();
	node.pull(good.uri, { streamName: 'good' });
	await eventually('a keyframe', () => (node.keyframes('good') ?? 0) > 0);
});
afterEach(() => {
	for (const camera of cameras.splice(0)) camera.stop();
});
afterAll(async () => {
	await node.stop();
	good.stop();
});

const describing = (body: string, ...headers: string[]): CameraScript => ({
	DESCRIBE: (request) => respond(request, '200 OK', headers, body),
});

/** Writes for as long as somebody reads, and lets the others in this process have their turn. */
const pour = (socket: Socket, text: string | Uint8Array): null => {
	const chunk = Buffer.concat(Array.from({ length: 500 }, () => Buffer.from(text)));
	const more = (): void => {
		if (!socket.destroyed) socket.write(chunk, () => setImmediate(more));
	};
	more();
	return null;
};

const hangUp = (socket: Socket): null => {
	socket.destroy();
	return null;
};

const manyTracks = `v=0\r\n${'m=video 0 RTP/AVP 96\r\na=rtpmap:96 X/90000\r\n'.repeat(1200)}`;

const cases: Record<string, readonly [script: CameraScript, reason: RegExp, greeting?: string | Uint8Array]> = {
	'says nothing': [{ OPTIONS: () => null }, /no response within/],
	'hangs up': [{ OPTIONS: (_, socket) => hangUp(socket) }, /clos/],
	'speaks HTTP': [{}, /begins no request and no response/, 'HTTP/1.1 400 Bad Request\r\n\r\n'],
	'greets with noise': [{}, /begins no message|begins no request|control/, Uint8Array.of(0, 1, 2, 3)],
	'greets with random bytes': [{}, /RTSP:|no response/, randomBytes(100_000)],
	'never ends its headers': [{ OPTIONS: (_, socket) => pour(socket, 'RTSP/1.0 200 OK\r\nA: b\r\n') }, /RTSP: /],
	'has one endless line': [{ OPTIONS: (_, socket) => pour(socket, 'a'.repeat(1000)) }, /headers of more than/],
	'promises a large body': [
		{ DESCRIBE: (request) => respond(request, '200 OK', ['Content-Length: 999999999']) },
		/a body of 999999999 bytes/,
	],
	'has two lengths': [
		{ DESCRIBE: (request) => respond(request, '200 OK', ['Content-Length: 5', 'Content-Length: 6']) },
		/Content-Length/,
	],
	'sends less than it promises': [
		{ DESCRIBE: (request) => respond(request, '200 OK', ['Content-Length: 60000']) },
		/no response within/,
	],
	'is always busy': [
		{ OPTIONS: (_, socket) => pour(socket, 'RTSP/1.0 100 Continue\r\nCSeq: 1\r\n\r\n') },
		/no response within|no video within/,
	],
	'never has enough': [
		{
			OPTIONS: (request) =>
				respond(request, '401 Unauthorized', [
					`WWW-Authenticate: Digest realm="r", nonce="${request.url}", stale=true`,
				]),
		},
		/401/,
	],
	'has no description': [describing(''), /description|SDP/i],
	'has one that is none': [describing('<html>'), /description|SDP/i],
	'has audio only': [describing('v=0\r\nm=audio 0 RTP/AVP 0\r\n'), /no video of a known codec/],
	'has too many tracks': [describing(manyTracks), /./],
	'has another codec': [describing(sdp.replace('VP8', 'MPEG4')), /no video of a known codec/],
	'is out of order': [{ SETUP: (request) => respond(request, '455 Method Not Valid in This State') }, /SETUP: 455/],
	'knows no track': [{ SETUP: (request) => respond(request, '404 Not Found') }, /SETUP: 404/],
	'gives a transport that nobody asked for': [
		{
			SETUP: (request) =>
				respond(request, '200 OK', ['Transport: RTP/AVP;multicast;destination=224.0.0.1', 'Session: 1']),
		},
		/461|asked for/,
	],
	'does not play': [{ PLAY: (request) => respond(request, '454 Session Not Found') }, /PLAY: 454/],
	'plays nothing but garbage': [
		{
			PLAY: (request, socket) => {
				socket.write(respond(request, '200 OK'));
				return pour(socket, Buffer.concat([Uint8Array.of(0x24, 6, 0, 20), randomBytes(20)]));
			},
		},
		/no packet|RTSP/,
	],
	'plays a frame that is longer than what follows': [
		{
			PLAY: (request, socket) => {
				socket.write(respond(request, '200 OK'));
				return Uint8Array.of(0x24, 6, 0xff, 0xff, 1, 2, 3);
			},
		},
		/no packet|RTSP/,
	],
};

describe('a camera that', () => {
	test.each(Object.entries(cases))('%s', async (title, [script, reason, greeting = null]) => {
		const camera = await startScriptedCamera(script, greeting);
		cameras.push(camera);
		// What it sends is in its script.
		camera.mute(true);
		const before = node.keyframes('good') ?? 0;
		const source = node.pull(camera.uri, { streamName: title });
		await eventually(title, () => source.failure !== '', 12_000);
		expect(source.failure).toMatch(reason);
		expect(source.failure.length).toBeLessThan(300);
		expect(node.log.join('')).toContain(JSON.stringify(source.failure).slice(1, 40));
		expect(node.keyframes(title)).toBeNull();
		await node.sources.remove(camera.uri, 'test');
		await eventually('the other stream goes on', () => (node.keyframes('good') ?? 0) > before);
	});
});

test('damaged answers and packets end in an error or in nothing', async () => {
	const random = randomSource(7);
	const damage = (text: string): Uint8Array => mutate(new TextEncoder().encode(text), random);
	const camera = await startScriptedCamera({
		OPTIONS: (request) => (random() % 10 < 3 ? damage(respond(request, '200 OK')) : respond(request, '200 OK')),
		DESCRIBE: (request) => damage(respond(request, '200 OK', [], sdp)),
		SETUP: (request) => damage(respond(request, '200 OK', ['Transport: RTP/AVP/TCP;interleaved=6-7', 'Session: 1'])),
	});
	cameras.push(camera);
	for (let count = 0; count < 40; count += 1) node.pull(`${camera.uri}${count}`, { streamName: `damaged-${count}` });
	await eventually('all have tried', () => camera.connections() >= 40);
	await new Promise((resolve) => setTimeout(resolve, 2000));
	expect(node.log.join('')).not.toMatch(/TypeError|RangeError|undefined/);
	const before = node.keyframes('good') ?? 0;
	await eventually('the other stream goes on', () => (node.keyframes('good') ?? 0) > before);
});

test('a port that nobody listens at', async () => {
	const camera = await startScriptedCamera();
	camera.stop();
	const source = node.pull(camera.uri, { streamName: 'nobody' });
	await eventually('the end', () => source.failure !== '');
	expect(source.failure).toMatch(/^no connection to 127\.0\.0\.1:[0-9]+: ECONNREFUSED$/);
});
