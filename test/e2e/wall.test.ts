/** The wall of live pictures in Chromium: streams of three protocols come and go under the eyes of a visitor. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, test as base, beforeAll, expect } from 'vitest';
import { publish, type RtmpPublisher } from '../../local/rtmp-publisher.ts';
import { launchBrowser } from './support/browser.ts';
import { isMissing } from './support/peers.ts';
import { endPeers, startPeer } from './support/processes.ts';
import { until } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const test = base.skipIf(isMissing('ffmpeg') || isMissing('chromium'));

const keyframe = new Uint8Array(readFileSync('test/fixtures/h264/x264/size-320x180.264'));
/** A minute of a camera that sends a keyframe every other second and nothing between. */
const keyframes = Array<Uint8Array>(30).fill(keyframe);
const overRtmp = 27;

let stack: TestStack;
let browser: Browser;
let publishers: RtmpPublisher[];
beforeAll(async () => {
	if (isMissing('ffmpeg') || isMissing('chromium')) return;
	[stack, browser] = await Promise.all([startTestStack({ RTSP_PORT: 'auto' }), launchBrowser()]);
}, 120_000);
afterAll(async () => {
	await browser?.close();
	await Promise.all((publishers ?? []).map((publisher) => publisher.stop()));
	await endPeers();
	await stack?.stop();
});

const publishRtmp = (name: string): Promise<RtmpPublisher> =>
	publish({
		url: `${stack.rtmp}/${name}`,
		source: { codec: 'h264', accessUnits: keyframes, frameRate: 0.5 },
		loop: true,
	});

/** Publishes the browser's camera over WHIP from a page of its own. Closing the page ends it. */
const publishWhip = async (name: string): Promise<Page> => {
	const page = await browser.newPage({ bypassCSP: true });
	const signalling = stack.urls.ws?.replace('ws', 'http');
	await page.goto(`${signalling}/`, { waitUntil: 'domcontentloaded' });
	await page.evaluate(`(async () => {
		const media = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240, frameRate: 5 } });
		const peer = new RTCPeerConnection();
		window.peer = peer;
		peer.addTransceiver(media.getVideoTracks()[0], { direction: 'sendonly' });
		await peer.setLocalDescription();
		const answer = await fetch('/whip/${name}', { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: peer.localDescription.sdp });
		await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
	})()`);
	return page;
};

const publishRtsp = (name: string) =>
	startPeer('ffmpeg', [
		...[
			'-v',
			'error',
			'-re',
			'-f',
			'lavfi',
			'-i',
			'testsrc2=s=160x90:r=2',
			'-c:v',
			'libx264',
			'-g',
			'2',
			'-preset',
			'ultrafast',
		],
		...['-pix_fmt', 'yuv420p', '-f', 'rtsp', '-rtsp_transport', 'tcp', `${stack.urls.rtsp}/${name}`],
	]);

const cards = (page: Page, selector = ''): Promise<number> => page.locator(`#wall > li${selector}`).count();
const loaded = (page: Page): Promise<number> =>
	page.evaluate(
		`[...document.querySelectorAll('#wall img')].filter((image) => image.complete && image.naturalWidth > 0).length`,
	);

test('shows thirty streams, follows them, and is usable by keyboard and without a script', async () => {
	publishers = await Promise.all(
		Array.from({ length: overRtmp }, (_, index) => publishRtmp(`wall-${String(index).padStart(2, '0')}`)),
	);
	const page = await browser.newPage({ viewport: { width: 1500, height: 1500 } });
	const problems: string[] = [];
	page.on('pageerror', (error) => problems.push(String(error)));
	page.on('console', (message) => {
		if (message.text().includes('Content Security Policy')) problems.push(message.text());
	});
	const listed = async (): Promise<number> =>
		((await (await fetch(`${stack.rest}/pages/streams.json`)).json()) as unknown[]).length;
	await until('27 streams are listed', 90_000, async () => (await listed()) === overRtmp);
	await page.goto(`${stack.rest}/`, { waitUntil: 'domcontentloaded' });
	expect(await cards(page)).toBe(overRtmp);

	// The others come while the page is open.
	const whip = await publishWhip('wall-webrtc');
	const rtsp = [publishRtsp('wall-rtsp-1'), publishRtsp('wall-rtsp-2')];
	await until('30 cards', 90_000, async () => (await cards(page)) === 30);
	await until('30 pictures', 90_000, async () => (await loaded(page)) === 30);
	expect(await page.locator('#summary').textContent()).toBe('30 live streams');
	const protocols = await page.locator('.protocol').allTextContents();
	expect([...new Set(protocols)].sort()).toEqual(['RTMP', 'RTSP', 'WebRTC']);
	const names = await page.locator('#wall .name').allTextContents();
	expect(names).toEqual([...names].sort());

	// A picture is exchanged without ever being gone, and its age stays small.
	const watched = page.locator('[data-stream="wall-webrtc"]');
	await page.evaluate(`(() => {
		const image = document.querySelector('[data-stream="wall-webrtc"] img');
		window.seen = { changes: 0, gaps: 0 };
		new MutationObserver(() => window.seen.changes++).observe(image, { attributeFilter: ['src'] });
		(function look() { if (!image.naturalWidth) window.seen.gaps++; requestAnimationFrame(look); })();
	})()`);
	await until('the picture changes twice', 90_000, async () => Number(await page.evaluate('window.seen.changes')) >= 2);
	expect(await page.evaluate('window.seen.gaps')).toBe(0);
	expect(Number.parseInt((await watched.locator('time').textContent()) ?? '99', 10)).toBeLessThan(20);

	// By keyboard: the focus stays where it is while streams come and go.
	await page.locator('[data-stream="wall-20"] a').focus();
	await publishers.shift()?.stop();
	await publishers.shift()?.stop();
	await whip.close();
	rtsp[0]?.kill('SIGTERM');
	await until('26 cards', 90_000, async () => (await cards(page)) === 26);
	expect(await page.evaluate(`document.activeElement.closest('li')?.dataset.stream`)).toBe('wall-20');
	await page.keyboard.press('Tab');
	expect(await page.evaluate(`document.activeElement.closest('li')?.dataset.stream`)).toBe('wall-21');
	await page.keyboard.press('Enter');
	await page.waitForURL('**/streams/wall-21');
	expect(await page.locator('h1').textContent()).toBe('wall-21');
	expect(await page.locator('input#url-jpg').inputValue()).toBe(`${stack.rest}/preview/wall-21.jpg?width=640`);
	expect(problems).toEqual([]);

	// Without a script: plain images.
	const plain = await browser.newPage({ javaScriptEnabled: false, viewport: { width: 400, height: 800 } });
	const pictures: number[] = [];
	plain.on('response', (response) => {
		if (response.url().includes('/preview/')) pictures.push(response.status());
	});
	await plain.goto(`${stack.rest}/`);
	await sleep(500);
	expect(await cards(plain)).toBe(26);
	expect(pictures.length).toBeGreaterThan(0);
	expect(new Set(pictures)).toEqual(new Set([200]));
	const folder = process.env.SCREENSHOTS;
	if (folder) {
		await plain.screenshot({ path: `${folder}/wall-plain-narrow.png` });
		for (const colorScheme of ['dark', 'light'] as const) {
			await page.setViewportSize({ width: 1200, height: 900 });
			await page.emulateMedia({ colorScheme });
			for (const [name, path] of [
				['wall', '/'],
				['stream', '/streams/wall-21'],
				['api', '/api'],
			]) {
				await page.goto(stack.rest + path);
				await sleep(2500);
				await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
			}
		}
	}
}, 300_000);
