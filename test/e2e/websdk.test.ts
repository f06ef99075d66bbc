/** The unmodified official WebSDK in a real browser against the whole stack: its own example pages, then ours. */
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, serveFolder } from './support/browser.ts';
import { isMissing } from './support/peers.ts';
import { takeSnapshot, until, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const sdk = dirname(createRequire(import.meta.url).resolve('@flashphoner/websdk/package.json'));
const timeout = 20_000;

/** `SCREENSHOTS`: a folder for pictures of the pages, for a person to look at. */
const screenshots = process.env.SCREENSHOTS;

describe.skipIf(isMissing('chromium'))('the WebSDK in Chromium', () => {
	let stack: TestStack;
	let browser: Browser;
	let examples: Awaited<ReturnType<typeof serveFolder>>;
	let errors: string[] = [];
	const pages: Page[] = [];

	beforeAll(async () => {
		[stack, browser, examples] = await Promise.all([startTestStack(), launchBrowser(), serveFolder(sdk)]);
	});
	afterAll(async () => {
		await browser?.close();
		examples?.stop();
		await stack?.stop();
	});
	afterEach(async () => {
		for (const page of pages.splice(0)) await page.close();
		errors = [];
	});

	const open = async (url: string): Promise<Page> => {
		const page = await browser.newPage();
		pages.push(page);
		page.on('pageerror', (error) => errors.push(error.message));
		await page.goto(url);
		return page;
	};
	const example = (path: string): Promise<Page> => open(`${examples.url}/examples/demo/streaming/${path}`);
	const ownPage = (path: string): Promise<Page> => open(`${stack.urls.ws?.replace('ws', 'http')}${path}`);
	const ws = (): string => stack.urls.ws ?? '';

	/** Waits until an expression is true in the page. */
	const holds = (page: Page, expression: string): Promise<number> =>
		until(expression, timeout, () => page.evaluate<boolean>(expression));
	const text = (page: Page, selector: string, expected: string) =>
		holds(page, `document.querySelector('${selector}').textContent.trim() === '${expected}'`);
	/** Waits for a picture that is decoded, and has the shape of the camera. */
	const picture = async (page: Page, selector: string): Promise<void> => {
		await holds(page, `document.querySelector('${selector}').naturalWidth > 0`);
		const size = await page.evaluate<[number, number]>(
			`[document.querySelector('${selector}').naturalWidth, document.querySelector('${selector}').naturalHeight]`,
		);
		expect(size[0] / size[1]).toBeCloseTo(4 / 3);
	};
	/** Waits until a video below the element plays: its size is known and its time goes on. */
	const moving = (page: Page, selector: string) =>
		holds(
			page,
			`(() => { const video = document.querySelector('${selector} video');
				return video !== null && video.videoWidth > 0 && video.currentTime > 0.5; })()`,
		);
	const shoot = async (page: Page, name: string): Promise<void> => {
		if (screenshots === undefined) return;
		await mkdir(screenshots, { recursive: true });
		await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
	};

	test('the official page stream-snapshot publishes and shows the picture', async () => {
		const page = await example('stream-snapshot/stream-snapshot.html');
		await page.fill('#url', `${ws()}/snapshot1`);
		await page.click('#publishBtn');
		await text(page, '#status', 'PUBLISHING');
		await page.click('#snapshotBtn');
		await picture(page, '#dynImg');
		await shoot(page, 'official-stream-snapshot');
		const answer = await takeSnapshot(stack.rest, 'snapshot1');
		expect(answer.status).toBe(200);
		await page.click('#publishBtn');
		await text(page, '#status', 'UNPUBLISHED');
		await untilStatus(stack.rest, 'snapshot1', 404, 1000);
		expect(errors).toEqual([]);
	});

	test('the official page two_way_streaming publishes, plays and talks', async () => {
		const page = await example('two_way_streaming/two_way_streaming.html');
		await page.fill('#urlServer', ws());
		await page.click('#connectBtn');
		await text(page, '#connectStatus', 'ESTABLISHED');
		await page.fill('#publishStream', 'two-way');
		await page.fill('#playStream', 'two-way');
		await page.click('#availableBtn');
		await text(page, '#availableInfo', 'Stream not found');
		await page.click('#playBtn');
		await text(page, '#playStatus', 'FAILED');
		await page.click('#publishBtn');
		await text(page, '#publishStatus', 'PUBLISHING');
		await page.click('#playBtn');
		await text(page, '#playStatus', 'PLAYING');
		await moving(page, '#remoteVideo');
		await page.click('#sendDataBtn');
		await holds(page, "document.querySelector('#receivedData').textContent.includes('23')");
		const second = await example('two_way_streaming/two_way_streaming.html');
		await second.fill('#urlServer', ws());
		await second.click('#connectBtn');
		await text(second, '#connectStatus', 'ESTABLISHED');
		await second.fill('#publishStream', 'two-way');
		await second.click('#publishBtn');
		await text(second, '#publishStatus', 'FAILED');
		await second.fill('#playStream', 'two-way');
		await second.click('#playBtn');
		await moving(second, '#remoteVideo');
		await shoot(page, 'official-two-way-streaming');
		await shoot(second, 'official-two-way-player');
		await page.click('#playBtn');
		await text(page, '#playStatus', 'STOPPED');
		await page.click('#publishBtn');
		await text(page, '#publishStatus', 'UNPUBLISHED');
		await text(second, '#playStatus', 'FAILED');
		await page.click('#connectBtn');
		await text(page, '#connectStatus', 'DISCONNECTED');
		expect(errors).toEqual([]);
	});

	test('a page that is closed frees its name within a second', async () => {
		const page = await example('stream-snapshot/stream-snapshot.html');
		await page.fill('#url', `${ws()}/closed`);
		await page.click('#publishBtn');
		await text(page, '#status', 'PUBLISHING');
		await untilStatus(stack.rest, 'closed', 200, timeout);
		await page.close();
		await untilStatus(stack.rest, 'closed', 404, 1500);
	});

	test('our page stream-snapshot takes the picture over both ways', async () => {
		const page = await ownPage('/stream-snapshot');
		await page.click('#publish');
		await text(page, '#publish-status', 'PUBLISHING');
		await page.click('#snapshot');
		await picture(page, '#snapshot-picture');
		await text(page, '#snapshot-status', 'SNAPSHOT_COMPLETE');
		await page.click('#rest-form button');
		await picture(page, '#rest-picture');
		expect(await page.textContent('#rest-response')).toContain('"data": "iVBORw0KGgo');
		await shoot(page, 'stream-snapshot-light');
		await page.emulateMedia({ colorScheme: 'dark' });
		await shoot(page, 'stream-snapshot-dark');
		await page.click('#publish');
		await text(page, '#publish-status', 'UNPUBLISHED');
		expect(errors).toEqual([]);
	});

	test('our page two-way-streaming publishes and plays', async () => {
		const page = await ownPage('/two-way-streaming');
		await page.click('#connect');
		await text(page, '#connect-status', 'ESTABLISHED');
		await page.click('#available');
		await text(page, '#play-status', 'false');
		await page.click('#publish');
		await text(page, '#publish-status', 'PUBLISHING');
		await page.click('#play');
		await text(page, '#play-status', 'PLAYING');
		await moving(page, '#remote-video');
		await page.click('#rest-form button');
		await picture(page, '#rest-picture');
		await shoot(page, 'two-way-streaming-light');
		await page.setViewportSize({ width: 380, height: 800 });
		await shoot(page, 'two-way-streaming-phone');
		await page.click('#publish');
		await text(page, '#publish-status', 'UNPUBLISHED');
		await text(page, '#play-status', 'FAILED');
		await text(page, '#play-info', 'Stopped by publisher stop');
		await page.click('#connect');
		await text(page, '#connect-status', 'DISCONNECTED');
		expect(errors).toEqual([]);
	});

	test('the SDK is the one of the package', async () => {
		const served = await (await fetch(`${stack.urls.ws?.replace('ws', 'http')}/flashphoner.js`)).text();
		expect(served).toBe(await readFile(join(sdk, 'flashphoner.js'), 'utf8'));
	});
});
