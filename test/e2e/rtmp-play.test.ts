/** Streams that ffmpeg publishes over RTMP, played in Chromium: by the WebSDK and by WHEP. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChromiumStack, startChromiumStack } from './support/chromium-stack.ts';
import { publishWithFfmpeg } from './support/ffmpeg.ts';
import { isMissing } from './support/peers.ts';
import { endPeers, type Peer } from './support/processes.ts';
import { until, untilStatus } from './support/rest.ts';
import { changesIn, playByWhep, untilMoving, untilShown } from './support/whep-page.ts';

const timeout = 20_000;

/** `SCREENSHOTS`: a folder for pictures of the pages, for a person to look at. */
const screenshots = process.env.SCREENSHOTS;

describe.skipIf(isMissing('chromium') || isMissing('ffmpeg'))('an RTMP stream in Chromium', () => {
	let node: ChromiumStack;
	const publishers: Peer[] = [];
	beforeAll(async () => {
		node = await startChromiumStack();
	});
	afterAll(async () => {
		await endPeers();
		await node?.stop();
	});

	const publish = async (name: string, encoder: readonly string[]): Promise<void> => {
		publishers.push(publishWithFfmpeg(`${node.stack.rtmp}/${name}`, { encoder }));
		await untilStatus(node.stack.rest, name, 200, timeout);
	};
	const shoot = async (page: Page, name: string): Promise<void> => {
		if (screenshots === undefined) return;
		await mkdir(screenshots, { recursive: true });
		await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
	};
	const holds = (page: Page, expression: string): Promise<number> =>
		until(expression, timeout, () => page.evaluate<boolean>(expression));
	const video = '#remote-video video';
	const says = (id: string, text: string): string =>
		`document.querySelector('#${id}').textContent.trim() === ${JSON.stringify(text)}`;
	/** Our page with a player of the stream. */
	const play = async (name: string): Promise<Page> => {
		const page = await node.open();
		await page.click('#connect');
		await holds(page, says('connect-status', 'ESTABLISHED'));
		await page.fill('#play-name', name);
		await page.click('#play');
		return page;
	};

	test('is there at once, and moves from the next keyframe on; the next player has it moving at once', async () => {
		await publish('rare', ['-g', '100', '-keyint_min', '100']);
		const first = await play('rare');
		await holds(first, says('play-status', 'PLAYING'));
		expect(await untilShown(first, video)).toBeLessThan(2000);
		await untilMoving(first, video);
		// Well into the next group of pictures.
		await new Promise((resolve) => setTimeout(resolve, 2000));
		const second = await play('rare');
		await holds(second, says('play-status', 'PLAYING'));
		expect(await untilMoving(second, video)).toBeLessThan(2500);
		await shoot(first, 'rtmp-first');
		await shoot(second, 'rtmp-second');
		expect(await changesIn(second, video, 1000)).toBeGreaterThan(8);
		await second.click('#available');
		await holds(second, says('play-status', 'true'));
		await Promise.all([first.close(), second.close()]);
	});

	test('with B-frames is refused, and named', async () => {
		await publish('reordered', ['-tune', 'film', '-bf', '2']);
		const page = await play('reordered');
		await holds(page, says('play-status', 'FAILED'));
		expect(await page.textContent('#play-info')).toMatch(/B-frames.*-bf 0/);
		await page.click('#available');
		await holds(page, says('play-status', 'false'));
		expect(await page.textContent('#play-info')).toMatch(/B-frames/);
		await page.close();
	});

	test('plays over WHEP, in High profile', async () => {
		await publish('high', ['-profile:v', 'high']);
		const page = await node.open();
		const answer = await playByWhep(page, 'high');
		// The narrowest of those that Chromium offers and that include High: High 4:4:4.
		expect(answer).toMatch(/profile-level-id=(6400|f400)/);
		expect(answer).toMatch(/m=audio 0 /);
		await untilMoving(page, 'video');
		await page.close();
	});
});
