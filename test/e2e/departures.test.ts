/**
 * Publishers that go without a word, and how soon somebody else has the name: `docs/webrtc.md` names the times. All
 * packets pass through a relay, which can cut the network.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCamera, intraPicture } from '../ingest/support/h264-camera.ts';
import { endWebRtc } from '../ingest/support/webrtc-peer.ts';
import { launchBrowser } from './support/browser.ts';
import { publishClock, publishClockOverWhip } from './support/clock-publishers.ts';
import { type LossyStack, startLossyStack } from './support/lossy-stack.ts';
import { isMissing } from './support/peers.ts';
import { takeSnapshot, until, untilStatus } from './support/rest.ts';
import { streamsOf } from './support/webrtc-cycles.ts';
import { openWhip } from './support/whip-client.ts';

const cannotRun = isMissing('chromium') || process.platform !== 'linux';

/** Milliseconds: at once and after silence as documented, each with room for a busy machine. */
const atOnce = 3000;
const afterSilence = 12_000;

const publishers = { WebSDK: publishClock, WHIP: publishClockOverWhip } as const;
type Way = keyof typeof publishers;
const ways = Object.keys(publishers) as Way[];

describe.skipIf(cannotRun)('a publisher', () => {
	let node: LossyStack;
	beforeAll(async () => {
		node = await startLossyStack(1);
	});
	afterAll(async () => {
		await node?.stop();
		endWebRtc();
	});

	/** Publishes from a browser of its own, unless one is given. */
	const publish = async (way: Way, name: string, browser = node.browser): Promise<Page> => {
		const open = async (): Promise<Page> => {
			const page = await browser.newPage({ bypassCSP: true });
			await page.goto(`${node.http}/two-way-streaming`);
			return page;
		};
		const page = await publishers[way]({ ...node, open }, name);
		await untilStatus(node.stack.rest, name, 200, 15_000);
		return page;
	};

	/** Publishes both ways, each name with `what` in front. */
	const publishBoth = (what: string, browser?: Browser): Promise<Page[]> =>
		Promise.all(ways.map((way) => publish(way, `${what}-${way}`, browser)));

	/** Milliseconds until the name is free. A second publisher then has it, and the picture is of the second. */
	const untilFree = async (name: string): Promise<number> => {
		const { stack, http } = node;
		const isFree = async (): Promise<boolean> => !(await streamsOf(stack)).some((stream) => stream.name === name);
		const took = await until(`${name} is free`, 20_000, isFree);
		await untilStatus(stack.rest, name, 404, 1000);
		// Not by way of the relay, which may be cut.
		const reroute = (answer: string): string => answer.replaceAll('127.0.0.2', '127.0.0.1');
		const second = await openWhip('whip', { http, name, reroute });
		const stop = createCamera(second.peer, [intraPicture('size-318x214')]).run();
		await untilStatus(stack.rest, name, 200, 5000);
		expect(await takeSnapshot(stack.rest, name)).toMatchObject({ width: 318, height: 214 });
		stop();
		expect(await second.end()).toBe(200);
		second.peer.close();
		console.info(`${name}: free after ${Math.round(took)} ms`);
		return took;
	};

	/** WebSDK and WHIP. */
	const untilBothFree = (what: string): Promise<number[]> =>
		Promise.all(ways.map((way) => untilFree(`${what}-${way}`)));

	const kill = async (browser: Browser, type: 'renderer' | 'browser'): Promise<void> => {
		const session = await browser.newBrowserCDPSession();
		const { processInfo } = await session.send('SystemInfo.getProcessInfo');
		for (const { id } of processInfo.filter((each) => each.type === type)) process.kill(id, 'SIGKILL');
	};

	test('whose page is loaded anew', async () => {
		const pages = await publishBoth('reload');
		await Promise.all(pages.map((page) => page.reload()));
		expect(Math.max(...(await untilBothFree('reload')))).toBeLessThan(atOnce);
		await Promise.all(pages.map((page) => page.close()));
	});

	// Side by side: most of both is silence.
	test.concurrent.each(['renderer', 'browser'] as const)('whose %s is killed', async (type) => {
		const browser = await launchBrowser();
		await publishBoth(type, browser);
		await kill(browser, type);
		const [webSdk, whip] = await untilBothFree(type);
		// The system closes its WebSocket.
		expect(webSdk).toBeLessThan(atOnce);
		expect(whip).toBeLessThan(afterSilence);
		await browser.close();
	});

	test('whose network is cut', async () => {
		const pages = await publishBoth('cut');
		node.relay.isCut = true;
		expect(Math.max(...(await untilBothFree('cut')))).toBeLessThan(afterSilence);
		// The WebSocket goes on, and tells.
		expect(await pages[0]?.evaluate('heard.at(-1)')).toMatch(/^FAILED Failed by RTP activity/);
	});
});
