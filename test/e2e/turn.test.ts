/** Browsers whose media may take no way but a TURN server, with the credentials that the node hands out. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChromiumStack, startChromiumStack } from './support/chromium-stack.ts';
import { isMissing } from './support/peers.ts';
import { endPeers } from './support/processes.ts';
import { until, untilStatus } from './support/rest.ts';
import { startTurnServer, type TurnServer } from './support/turn-server.ts';

const timeout = 20_000;

describe.skipIf(isMissing('chromium') || isMissing('coturn'))('by way of a TURN server', () => {
	let turn: TurnServer;
	let node: ChromiumStack;
	beforeAll(async () => {
		turn = await startTurnServer('north');
		node = await startChromiumStack({
			...{ TURN_URLS: turn.url, TURN_SECRET: 'north', PUBLISH_TOKEN: 'send', PLAY_TOKEN: 'watch' },
		});
	});
	afterAll(async () => {
		await node?.stop();
		await turn?.stop();
		await endPeers();
	});

	const holds = (page: Page, expression: string): Promise<number> =>
		until(expression, timeout, () => page.evaluate<boolean>(expression));
	const says = (id: string, text: string): string =>
		`document.querySelector('#${id}').textContent.trim() === ${JSON.stringify(text)}`;

	test('a page of the WebSDK publishes and plays', async () => {
		const page = await node.browser.newPage();
		await page.goto(`${node.http}/two-way-streaming?relay&token=send`);
		await page.click('#connect');
		await holds(page, says('connect-status', 'ESTABLISHED'));
		await page.fill('#publish-name', 'relayed');
		await page.click('#publish');
		await holds(page, says('publish-status', 'PUBLISHING'));
		await page.fill('#play-name', 'relayed');
		await page.click('#play');
		await holds(page, says('play-status', 'PLAYING'));
		await holds(
			page,
			`(() => { const video = document.querySelector('#remote-video video');
				return video !== null && video.videoWidth > 0 && video.currentTime > 0.5; })()`,
		);
		await untilStatus(node.stack.rest, 'relayed', 200, timeout);
		expect(turn.output()).toMatch(/ALLOCATE processed, success/);
		expect(turn.output()).toMatch(/user <\d+:livestill>/);
	});

	test('a WHEP client plays with the servers of the Link header', async () => {
		const page = await node.open();
		const result = await page.evaluate<{ links: string; local: string; remote: string; width: number }>(`(async () => {
			const connection = new RTCPeerConnection({ iceTransportPolicy: 'relay' });
			connection.addTransceiver('video', { direction: 'recvonly' });
			const video = document.body.appendChild(document.createElement('video'));
			video.muted = true;
			connection.ontrack = ({ streams }) => { video.srcObject = streams[0]; void video.play(); };
			const offer = await connection.createOffer();
			const response = await fetch('/whep/relayed', {
				method: 'POST',
				headers: { 'content-type': 'application/sdp', authorization: 'Bearer watch' },
				body: offer.sdp,
			});
			const links = response.headers.get('link');
			const [, urls] = /<(turn:[^>]+)>; rel="ice-server"/.exec(links);
			const [, username] = /username="([^"]+)"/.exec(links);
			const [, credential] = /credential="([^"]+)"/.exec(links);
			connection.setConfiguration({ iceTransportPolicy: 'relay', iceServers: [{ urls, username, credential }] });
			await connection.setLocalDescription(offer);
			await connection.setRemoteDescription({ type: 'answer', sdp: await response.text() });
			while (!(video.videoWidth > 0)) await new Promise((resolve) => setTimeout(resolve, 50));
			const stats = [...(await connection.getStats()).values()];
			const pair = stats.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded');
			const find = (id) => stats.find((one) => one.id === id).candidateType;
			return { links, local: find(pair.localCandidateId), remote: find(pair.remoteCandidateId), width: video.videoWidth };
		})()`);
		expect(result.local).toBe('relay');
		expect(result.remote).toBe('host');
		expect(result.width).toBeGreaterThan(0);
		await page.close();
	});

	test('is not opened to those who may do nothing here', async () => {
		const ask = (token?: string) =>
			node.open().then(async (page) => {
				const config = await page.evaluate<{ iceServers: unknown[] }>(`new Promise((resolve) => {
					Flashphoner.createSession({ urlServer: '${node.stack.urls.ws}', authToken: ${JSON.stringify(token)} })
						.on(Flashphoner.constants.SESSION_STATUS.ESTABLISHED, (session, config) => resolve(config));
				})`);
				await page.close();
				return config.iceServers;
			});
		expect(await ask()).toEqual([]);
		expect(await ask('wrong')).toEqual([]);
		expect(await ask('watch')).toHaveLength(1);
		const page = await node.open();
		const info = await page.evaluate<string>(`new Promise((resolve) => {
			const { SESSION_STATUS, STREAM_STATUS } = Flashphoner.constants;
			Flashphoner.createSession({ urlServer: '${node.stack.urls.ws}' }).on(SESSION_STATUS.ESTABLISHED, (session) => {
				const stream = session.createStream({ name: 'relayed', display: document.body });
				stream.on(STREAM_STATUS.FAILED, () => resolve(stream.getInfo())).play();
			});
		})`);
		expect(info).toBe('Restricted access');
		await page.close();
		const refused = await fetch(`${node.http}/whep/relayed`, {
			method: 'POST',
			headers: { 'content-type': 'application/sdp' },
			body: 'v=0\r\n',
		});
		expect(refused.status).toBe(401);
		expect(refused.headers.get('link')).toBeNull();
	});
});
