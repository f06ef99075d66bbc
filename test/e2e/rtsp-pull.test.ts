/** Cameras of other people, pulled over every transport and with every codec that they have. */
import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { isMissing } from './support/peers.ts';
import { endPeers } from './support/processes.ts';
import { takeSnapshot, until, untilStatus } from './support/rest.ts';
import { type Camera, type CameraOptions, expectBars, startCamera, startVlc } from './support/rtsp-camera.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { expectSamePlanes } from './support/stored-keyframe.ts';

let stack: TestStack;
let names = 0;

beforeAll(async () => {
	stack = await startTestStack({ RTSP_IDLE_TIMEOUT: '3s' });
});
afterEach(async () => {
	for (const { uri } of (await (await rtsp('find_all')).json().catch(() => [])) as { uri: string }[])
		await rtsp('terminate', { uri });
	await endPeers();
});
afterAll(async () => {
	await stack?.stop();
});

const rtsp = async (call: string, body?: object): Promise<Response> =>
	fetch(`${stack.urls.ws?.replace('ws', 'http')}/rest-api/rtsp/${call}`, {
		method: 'POST',
		...(body && { body: JSON.stringify(body) }),
	});

/** Pulls a camera under a name of its own. */
const pull = async (uri: string, more: object = {}): Promise<string> => {
	names += 1;
	const streamName = `camera-${names}`;
	const response = await rtsp('startup', { uri, streamName, ...more });
	expect([response.status, await response.text()]).toEqual([200, '']);
	return streamName;
};

const storedObject = (name: string) => stack.store.get(liveKey(parseStreamName(name)));

/** `null`: there is no object. */
const storedCodec = async (name: string): Promise<string | null> => {
	const object = await storedObject(name);
	return object && parseMetadata(object.metadata).codec;
};

/** A camera that is pulled until it gives a picture. */
const pullPicture = async (camera: Camera, more: object = {}): Promise<string> => {
	const name = await pull(camera.uri, more);
	await untilStatus(stack.rest, name, 200, 20_000);
	// The first picture may come straight from the node.
	await until('it is stored', 5000, async () => (await storedCodec(name)) !== 'none');
	return name;
};

const stateOf = async (uri: string): Promise<{ status: string; info?: string }> => {
	const [found] = (await (await rtsp('find', { uri })).json()) as { status: string; info?: string }[];
	return found ?? { status: 'none' };
};

const codeOf = async (name: string): Promise<string | null> => (await takeSnapshot(stack.rest, name)).code;

const storedBody = async (name: string): Promise<Uint8Array> => (await storedObject(name))?.body ?? new Uint8Array(0);

describe.skipIf(isMissing('gst-rtsp-server') || isMissing('ffmpeg'))('pictures of gst-rtsp-server', () => {
	test.each<CameraOptions>([
		{ codec: 'h264', transport: 'tcp', auth: 'digest' },
		{ codec: 'h264', transport: 'udp', auth: 'digest' },
		{ codec: 'vp8', transport: 'tcp', auth: 'basic' },
		{ codec: 'vp8', transport: 'udp', auth: 'basic' },
		{ codec: 'jpeg', transport: 'tcp', sampling: '420' },
		{ codec: 'jpeg', transport: 'udp', sampling: '422', auth: 'digest' },
		{ codec: 'h265', transport: 'tcp', auth: 'basic' },
		{ codec: 'h264', setsInSdp: true },
		{ codec: 'h264', interval: 250 },
		{ codec: 'h264', width: 352, height: 640 },
	])('%o', async ({ width = 640, height = 360, ...options }) => {
		const camera = await startCamera({ width, height, ...options });
		const name = await pullPicture(camera);
		const { png, ...shown } = await takeSnapshot(stack.rest, name);
		expect(shown).toMatchObject({ status: 200, width, height });
		await expectBars(png, width, height);
		const stored = options.codec === 'h265' ? 'hevc' : options.codec;
		if (stored !== 'jpeg') expect(await expectSamePlanes(stack, name)).toBe(stored);
	});

	test('of HEVC are stored whole', async () => {
		const camera = await startCamera({ codec: 'h265', transport: 'udp', auth: 'digest' });
		const name = await pull(camera.uri);
		await until('HEVC is stored', 20_000, async () => (await storedBody(name)).length > 1000);
		const body = await storedBody(name);
		const [codec, size] = ['stream=codec_name', 'stream=width,height'].map((entries) => {
			const args = ['-v', 'error', '-f', 'hevc', '-show_entries', entries, '-of', 'csv=p=0', 'pipe:0'];
			return spawnSync('ffprobe', args, { input: body, encoding: 'utf8' }).stdout.trim();
		});
		expect([codec, size]).toEqual(['hevc', '640,360']);
		await expectBars((await takeSnapshot(stack.rest, name)).png, 640, 360);
	});

	test('with samples that are not square have square pixels', async () => {
		const camera = await startCamera({ width: 480, height: 540, pixelAspect: '2/1' });
		const { png, ...shown } = await takeSnapshot(stack.rest, await pullPicture(camera));
		expect(shown).toMatchObject({ status: 200, width: 960, height: 540 });
		await expectBars(png, 960, 540);
	});

	test('are none without a keyframe', async () => {
		const camera = await startCamera({ keyframes: false });
		const name = await pull(camera.uri);
		await until('the camera plays', 20_000, async () => (await stateOf(camera.uri)).status === 'PLAYING');
		await until('it is published', 5000, async () => (await codeOf(name)) === 'NO_KEYFRAME');
		expect((await takeSnapshot(stack.rest, name)).status).toBe(500);
	});

	test('come back by themselves after the camera was gone', async () => {
		const camera = await startCamera({ transport: 'tcp' });
		const name = await pullPicture(camera);
		const killedAt = Date.now();
		await camera.kill();
		const took = await untilStatus(stack.rest, name, 404, 5000);
		console.info(`404 ${took.toFixed(0)} ms after the plug was pulled`);
		expect(await stateOf(camera.uri)).toMatchObject({ status: 'FAILED', info: expect.stringMatching(/./) });
		await camera.restart();
		await untilStatus(stack.rest, name, 200, 20_000);
		const { png, timestamp } = await takeSnapshot(stack.rest, name);
		expect(timestamp).toBeGreaterThan(killedAt);
		await expectBars(png, 640, 360);
	});

	test('on demand begin with the first request and end when nobody asks', async () => {
		const camera = await startCamera({ auth: 'digest' });
		const name = await pull(camera.uri, { onDemand: true });
		await until('it stands by', 5000, async () => (await storedCodec(name)) === 'none');
		expect(await stateOf(camera.uri)).toMatchObject({ status: 'STOPPED', onDemand: true });
		// The first keyframe of a camera that starts its encoder may take longer than a request waits.
		await untilStatus(stack.rest, name, 200, 10_000);
		const first = await takeSnapshot(stack.rest, name);
		await expectBars(first.png, 640, 360);
		await until('it is stored', 5000, async () => (await storedCodec(name)) === 'h264');
		await until('it stands by again', 10_000, async () => (await storedCodec(name)) === 'none');
		const askedAt = Date.now();
		await untilStatus(stack.rest, name, 200, 10_000);
		expect((await takeSnapshot(stack.rest, name)).timestamp).toBeGreaterThan(askedAt);
		await camera.kill();
		await untilStatus(stack.rest, name, 404, 5000);
	});

	test('are none with a wrong password', async () => {
		const camera = await startCamera({ auth: 'digest' });
		const uri = camera.uri.replace(/:[^:@]*@/, ':wrong@');
		const name = await pull(uri);
		await until('it is refused', 10_000, async () => /401/.test((await stateOf(uri)).info ?? ''));
		expect(await codeOf(name)).toBe('STREAM_NOT_FOUND');
	});
});

describe.skipIf(isMissing('vlc') || isMissing('ffmpeg'))('VLC, which knows UDP only', () => {
	test('is pulled, goes and comes back', async () => {
		const camera = await startVlc();
		const name = await pullPicture(camera);
		expect(await takeSnapshot(stack.rest, name)).toMatchObject({ status: 200, width: 1280, height: 720 });
		expect(await expectSamePlanes(stack, name)).toBe('h264');
		await camera.kill();
		await untilStatus(stack.rest, name, 404, 5000);
		await camera.restart();
		await untilStatus(stack.rest, name, 200, 20_000);
	});
});
