/** A camera that a WebSDK client names by its URI, played in Chromium with the unmodified SDK. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChromiumStack, startChromiumStack } from './support/chromium-stack.ts';
import { isMissing } from './support/peers.ts';
import { endPeers } from './support/processes.ts';
import { until } from './support/rest.ts';
import { startCamera } from './support/rtsp-camera.ts';

const timeout = 20_000;

describe.skipIf(isMissing('chromium') || isMissing('gst-rtsp-server'))('a WebSDK player', () => {
	let node: ChromiumStack;
	beforeAll(async () => {
		node = await startChromiumStack({ RTSP_PULL_ALLOW: '127.0.0.1', RTSP_IDLE_TIMEOUT: '2s' });
	});
	afterAll(async () => {
		await endPeers();
		await node?.stop();
	});

	/** Resolves to the status that the SDK tells, with its reason. */
	const play = (page: Page, uri: string): Promise<string> =>
		page.evaluate<string>(`new Promise((resolve) => {
			const { SESSION_STATUS, STREAM_STATUS } = Flashphoner.constants;
			Flashphoner.createSession({ urlServer: '${node.stack.urls.ws}' }).on(SESSION_STATUS.ESTABLISHED, (session) => {
				const display = document.body.appendChild(document.createElement('div'));
				display.id = 'display';
				const stream = session.createStream({ name: '${uri}', display });
				for (const status of ['PLAYING', 'FAILED'])
					stream.on(STREAM_STATUS[status], () => resolve(status + ' ' + (stream.getInfo() ?? '')));
				stream.play();
			});
		})`);

	const sources = async (): Promise<string> =>
		(await fetch(`${node.http}/rest-api/rtsp/find_all`, { method: 'POST' })).text();

	test.each(['h264', 'vp8'] as const)('sees a camera, %s, while it plays', async (codec) => {
		const camera = await startCamera({ codec, auth: 'digest', setsInSdp: codec === 'h264' });
		const page = await node.open();
		expect(await play(page, camera.uri)).toMatch(/^PLAYING/);
		await until('the video has its size', timeout, async () =>
			page.evaluate<boolean>("document.querySelector('#display video')?.videoWidth === 640"),
		);
		expect(await sources()).toContain('PLAYING');
		expect(await sources()).not.toContain('ss:word');
		await page.close();
		await until('the camera is let go', timeout, async () => !(await sources()).includes('PLAYING'));
		await camera.kill();
	});

	test('hears why there is none', async () => {
		const page = await node.open();
		expect(await play(page, 'rtsp://127.0.0.1:9/cam')).toBe('FAILED Failed to connect to rtsp stream');
		expect(await play(page, 'rtsp://192.0.2.1/cam')).toMatch(/^FAILED .*RTSP_PULL_ALLOW/);
		await page.close();
	});
});
