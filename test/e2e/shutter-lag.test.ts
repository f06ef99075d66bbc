/** A browser publishes a clock; every picture of it shows a time after the POST that asked for it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { decodePng } from './support/ffmpeg.ts';
import { isMissing } from './support/peers.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

/** The clock: 16 cells of the picture, black or white, are the bits of the milliseconds since the epoch. */
const cells = { columns: 4, rows: 4, width: 80, height: 60 } as const;
const width = cells.columns * cells.width;
const height = cells.rows * cells.height;

/** Draws the clock into a canvas and publishes it with WHIP; runs in the page. */
const publishClock = `async (url) => {
	const canvas = document.createElement('canvas');
	[canvas.width, canvas.height] = [${width}, ${height}];
	const context = canvas.getContext('2d');
	const draw = () => {
		const now = Date.now();
		for (let bit = 0; bit < 16; bit++) {
			context.fillStyle = now & (1 << bit) ? '#fff' : '#000';
			context.fillRect((bit % 4) * ${cells.width}, (bit >> 2) * ${cells.height}, ${cells.width}, ${cells.height});
		}
	};
	draw();
	setInterval(draw, 20);
	const peer = new RTCPeerConnection();
	window.peer = peer;
	peer.addTransceiver(canvas.captureStream(30).getVideoTracks()[0], { direction: 'sendonly' });
	await peer.setLocalDescription();
	const response = await fetch(url, {
		method: 'POST', headers: { 'content-type': 'application/sdp' }, body: peer.localDescription.sdp,
	});
	await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
	return response.status;
}`;

/** Milliseconds modulo 2^16 that a picture shows, or `null` when a cell is neither black nor white. */
const timeShown = (rgb: Uint8Array): number | null => {
	let time = 0;
	for (let bit = 0; bit < 16; bit++) {
		const column = (bit % cells.columns) * cells.width + cells.width / 2;
		const row = Math.floor(bit / cells.columns) * cells.height + cells.height / 2;
		const level = rgb[(row * width + column) * 3 + 1] ?? 0;
		if (level > 96 && level < 160) return null;
		if (level > 128) time |= 1 << bit;
	}
	return time;
};

/** From `since` to the time shown, -32768 to 32767 milliseconds. */
const lagOf = (shown: number, since: number): number => ((shown - since) << 16) >> 16;

describe.skipIf(isMissing('chromium') || isMissing('ffmpeg'))('a clock in Chromium', () => {
	let stack: TestStack;
	let browser: Browser;
	beforeAll(async () => {
		[stack, browser] = await Promise.all([startTestStack({ PUSH_INTERVAL: '1h' }), launchBrowser()]);
	});
	afterAll(async () => {
		await browser?.close();
		await stack?.stop();
	});

	test('shows a time after the POST, and hardly later', async () => {
		const page = await browser.newPage();
		const origin = stack.urls.ws?.replace('ws', 'http');
		await page.goto(`${origin}/`);
		expect(await page.evaluate(`(${publishClock})('${origin}/whip/clock')`)).toBe(201);
		await untilStatus(stack.rest, 'clock', 200, 15_000);
		const taken: { asked: number; png: Buffer }[] = [];
		for (let count = 0; count < 20; count += 1) {
			// A demand for a frame of now is met, too.
			const options = count % 4 === 3 ? { maxAge: 0 } : {};
			const asked = Date.now();
			const { code, png, timestamp } = await takeSnapshot(stack.rest, 'clock', options);
			// On a machine that is too busy for a keyframe within half a second the answer is older, and says so.
			if (png === null) expect(code).toBe('FRAME_TOO_OLD');
			else if (timestamp >= asked) taken.push({ asked, png });
		}
		const lags: number[] = [];
		for (const { asked, png } of taken) {
			const shown = timeShown(await decodePng(png));
			if (shown !== null) lags.push(lagOf(shown, asked));
		}
		expect(lags.length).toBeGreaterThan(15);
		expect(Math.min(...lags)).toBeGreaterThanOrEqual(0);
		expect(lags.sort((a, b) => a - b)[Math.floor(lags.length * 0.9)]).toBeLessThan(600);
	});
});
