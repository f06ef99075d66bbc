/** aiortc, a WebRTC implementation of its own, over WHIP and WHEP against the whole stack. */
import { join } from 'node:path';
import { afterAll, test as base, beforeAll, describe, expect } from 'vitest';
import { decodePng } from './support/ffmpeg.ts';
import { isMissing } from './support/peers.ts';
import { endPeers, type Peer, startPeer } from './support/processes.ts';
import { takeSnapshot, until, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { expectSamePlanes } from './support/stored-keyframe.ts';

const test = base.skipIf(isMissing('aiortc') || isMissing('ffmpeg'));
const token = 's3cret';

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack({ PUBLISH_TOKEN: token });
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
});

interface Said {
	readonly posted?: number;
	readonly authenticate?: string;
	readonly deleted?: number;
	readonly state?: string;
	readonly frames?: number;
	readonly colours?: number[][];
}

const client = (role: 'publish' | 'play', name: string, ...options: string[]): Peer => {
	const endpoint = role === 'publish' ? 'whip' : 'whep';
	const url = `${stack.urls.ws?.replace('ws', 'http')}/${endpoint}/${name}`;
	return startPeer('/usr/bin/python3', [join(import.meta.dirname, 'support/aiortc-client.py'), role, url, ...options]);
};
const said = (peer: Peer): Said[] => {
	const lines = peer.output().split('\n');
	return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Said);
};
const hears = (peer: Peer, what: string, test: (said: Said) => boolean) =>
	until(what, 20_000, async () => said(peer).some(test)).catch((cause) => {
		throw new Error(`${cause.message}\n${peer.output()}`, { cause });
	});

/** Red, green and blue in three quarters; the fourth is grey, and another grey in each picture. */
const expectQuarters = (colours: readonly (readonly number[])[]): void => {
	const difference = ([red = 0, green = 0, blue = 0]: readonly number[], expected: readonly number[]): number =>
		Math.max(...[red, green, blue].map((level, index) => Math.abs(level - (expected[index] ?? 0))));
	for (const [index, expected] of [
		[255, 0, 0],
		[0, 255, 0],
		[0, 0, 255],
	].entries())
		expect(difference(colours[index] ?? [], expected)).toBeLessThan(24);
	const [red = 0, green = 0, blue = 0] = colours[3] ?? [];
	expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(16);
};

/** Colours in the middles of the quarters of a snapshot, which have to be right. */
const snapshotQuarters = async (name: string): Promise<number[][]> => {
	const { png, width, height } = await takeSnapshot(stack.rest, name);
	expect([width, height]).toEqual([320, 240]);
	const rgb = await decodePng(png ?? new Uint8Array(0));
	const colours = [60, 180].flatMap((y) =>
		[80, 240].map((x) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]),
	);
	expectQuarters(colours);
	return colours;
};

describe.concurrent.each(['VP8', 'H264'])('%s', (codec) => {
	const name = `aiortc-${codec}`;

	test('is published over WHIP, seen over REST, played over WHEP, and gone after DELETE', async () => {
		const publisher = client('publish', name, '--codec', codec, '--token', token);
		await hears(publisher, 'connected', ({ state }) => state === 'connected');
		await untilStatus(stack.rest, name, 200, 10_000);
		const [, , , first] = await snapshotQuarters(name);
		expect(await expectSamePlanes(stack, name)).toBe(codec.toLowerCase());
		const player = client('play', name, '--codec', codec);
		await hears(player, 'pictures', ({ frames = 0 }) => frames > 20);
		for (const { colours } of said(player)) if (colours !== undefined) expectQuarters(colours);
		// aiortc 1.4 does not heed requests for H.264 keyframes: one comes every 250 pictures.
		const moves = async (): Promise<boolean> =>
			JSON.stringify((await snapshotQuarters(name))[3]) !== JSON.stringify(first);
		await until('a newer picture', 15_000, moves);
		player.kill('SIGTERM');
		await hears(player, 'DELETE of the player', ({ deleted }) => deleted === 200);
		publisher.kill('SIGTERM');
		await hears(publisher, 'DELETE', ({ deleted }) => deleted === 200);
		await untilStatus(stack.rest, name, 404, 1000);
	});
});

test.each([
	{ title: 'without a token', options: [] },
	{ title: 'with a wrong token', options: ['--token', 'wrong'] },
])('$title the answer is 401, and there is no stream', async ({ options }) => {
	const publisher = client('publish', 'aiortc-refused', ...options);
	await hears(publisher, 'an answer', ({ posted, authenticate }) => posted === 401 && authenticate === 'Bearer');
	await publisher.ended;
	expect((await takeSnapshot(stack.rest, 'aiortc-refused')).code).toBe('STREAM_NOT_FOUND');
});
