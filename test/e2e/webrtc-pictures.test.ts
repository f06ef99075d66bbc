/** Pictures of what a browser publishes, in each codec that it has. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChromiumStack, startChromiumStack } from './support/chromium-stack.ts';
import { isMissing } from './support/peers.ts';
import { expectSamePlanes } from './support/stored-keyframe.ts';

/**
 * A page that publishes a canvas which shows the milliseconds since the page was opened, 24 bits of black and white; and
 * reads them from a snapshot.
 */
const prelude = `
	const width = 480, height = 320, columns = 6, rows = 4;
	const paint = (context, milliseconds) => {
		for (let bit = 0; bit < 24; bit += 1) {
			context.fillStyle = (milliseconds >> bit) & 1 ? '#fff' : '#000';
			context.fillRect((bit % columns) * 80, Math.floor(bit / columns) * 80, 80, 80);
		}
	};
	const clock = () => {
		const canvas = Object.assign(document.createElement('canvas'), { width, height });
		document.body.append(canvas);
		const context = canvas.getContext('2d');
		setInterval(() => paint(context, Math.round(performance.now())), 20);
		return canvas.captureStream(30);
	};
	const readClock = async (base64) => {
		const image = new Image();
		image.src = 'data:image/png;base64,' + base64;
		await image.decode();
		const canvas = Object.assign(document.createElement('canvas'), { width, height });
		const context = canvas.getContext('2d');
		context.drawImage(image, 0, 0, width, height);
		let milliseconds = 0;
		for (let bit = 0; bit < 24; bit += 1) {
			const x = (bit % columns) * 80 + 40, y = Math.floor(bit / columns) * 80 + 40;
			const [red, green, blue] = context.getImageData(x, y, 1, 1).data;
			if (red + green + blue > 384) milliseconds |= 1 << bit;
		}
		return milliseconds;
	};
	const { SESSION_STATUS, STREAM_STATUS } = Flashphoner.constants;
	const publish = (name, stripCodecs) => new Promise((resolve) => {
		Flashphoner.createSession({ urlServer: url }).on(SESSION_STATUS.ESTABLISHED, (session) => {
			const display = document.body.appendChild(document.createElement('div'));
			const constraints = { customStream: clock(), audio: false, video: false };
			const stream = session.createStream({ name, display, constraints, stripCodecs });
			for (const status of ['PUBLISHING', 'FAILED'])
				stream.on(STREAM_STATUS[status], () => resolve(status + ' ' + (stream.getInfo() ?? '')));
			stream.publish();
		});
	});
	const snapshot = (name) => new Promise((resolve, reject) => {
		Flashphoner.createSession({ urlServer: url }).on(SESSION_STATUS.ESTABLISHED, (session) => {
			const stream = session.createStream({ name });
			stream.on(STREAM_STATUS.SNAPSHOT_COMPLETE, () => resolve(stream.getInfo()));
			stream.on(STREAM_STATUS.FAILED, () => reject(new Error(stream.getInfo())));
			stream.snapshot();
		});
	});
	const take = async (streamName) => {
		const body = JSON.stringify({ streamName });
		const response = await fetch(rest + '/rest-api/stream/snapshot', { method: 'POST', body });
		return [response.status, await response.json()];
	};
`;

const codecs = ['h264', 'vp8', 'vp9', 'av1'] as const;

describe.skipIf(isMissing('chromium') || isMissing('ffmpeg'))('a browser', () => {
	let node: ChromiumStack;
	let page: Page;
	beforeAll(async () => {
		node = await startChromiumStack();
	});
	afterAll(() => node?.stop());

	const run = <T>(script: string): Promise<T> => {
		const { urls } = node.stack;
		return page.evaluate<T>(
			`(async () => { const url = '${urls.ws}', rest = '${urls.http}'; ${prelude} ${script} })()`,
		);
	};

	test.each(codecs)('that publishes %s gets the right picture', async (codec) => {
		page = await node.open();
		const strip = codecs.filter((other) => other !== codec).join(',');
		expect(await run(`return publish('${codec}', '${strip}');`)).toBe('PUBLISHING ');
		const [status, lag, answer] = await run<[number, number, { timestamp: number }]>(`
			const [status, answer] = await take('${codec}');
			const now = performance.now();
			return [status, status === 200 ? now - (await readClock(answer.data)) : 0, { ...answer, data: '' }];
		`);
		expect([status, answer]).toEqual([200, expect.objectContaining({ contentType: 'image/png' })]);
		// A clock that was misread is off by hours.
		expect(lag).toBeGreaterThan(-50);
		expect(lag).toBeLessThan(5000);
		// The SDK's snapshot is as right as that of the REST API.
		const sdkLag = await run<number>(`
			const shown = await readClock(await snapshot('${codec}'));
			return performance.now() - shown;
		`);
		expect(sdkLag).toBeGreaterThan(-50);
		expect(sdkLag).toBeLessThan(5000);
		expect(await expectSamePlanes(node.stack, codec)).toBe(codec);
		const found = await fetch(`${node.stack.rest}/rest-api/stream/find?name=${codec}`);
		expect(await found.json()).toMatchObject([{ videoCodec: codec.toUpperCase(), protocol: 'webrtc' }]);
		await page.close();
	});

	test('with TLS publishes as well', async () => {
		const context = await node.browser.newContext({ ignoreHTTPSErrors: true });
		const secure = await context.newPage();
		await secure.goto(`${node.stack.urls.wss?.replace('wss', 'https')}/stream-snapshot`);
		await secure.click('#publish');
		await secure.getByText('PUBLISHING', { exact: true }).waitFor();
		await secure.click('#snapshot');
		await secure.getByText('SNAPSHOT_COMPLETE', { exact: true }).waitFor();
		await context.close();
	});
});
