/** Pages that publish the clock: with the official WebSDK, and with WHIP alone. */
import type { Page } from 'playwright-core';
import type { ChromiumStack } from './chromium-stack.ts';
import { clockScript } from './clock.ts';

/** Resolves with the first status that is not PENDING, and its reason. The statuses are kept in `window.heard`. */
const publishScript = `
	const publish = (urlServer, name, stripCodecs) => new Promise((resolve) => {
		const { SESSION_STATUS, STREAM_STATUS } = Flashphoner.constants;
		window.heard = [];
		Flashphoner.createSession({ urlServer }).on(SESSION_STATUS.ESTABLISHED, (session) => {
			const display = document.body.appendChild(document.createElement('div'));
			const constraints = { customStream: clockStream(true), audio: false, video: false };
			const stream = session.createStream({ name, display, constraints, stripCodecs });
			for (const status of ['PUBLISHING', 'FAILED', 'UNPUBLISHED'])
				stream.on(STREAM_STATUS[status], () => {
					heard.push(status + ' ' + (stream.getInfo() ?? ''));
					resolve(heard[0]);
				});
			stream.publish();
		});
	});
`;

/** @param codec `h264`, `vp8`, `vp9` or `av1`; without, the node's choice */
export const publishClock = async ({ stack, open }: ChromiumStack, name: string, codec?: string): Promise<Page> => {
	const page = await open();
	const strip = codec === undefined ? [] : ['h264', 'vp8', 'vp9', 'av1'].filter((other) => other !== codec);
	const status = await page.evaluate<string>(
		`(() => { ${clockScript} ${publishScript} return publish('${stack.urls.ws}', '${name}', '${strip}'); })()`,
	);
	if (status !== 'PUBLISHING ') throw new Error(`${name}: ${status}`);
	return page;
};

const whipScript = `
	const publish = async (url) => {
		const peer = new RTCPeerConnection();
		// Nobody else would keep it.
		window.peer = peer;
		peer.addTransceiver(clockStream(false).getVideoTracks()[0], { direction: 'sendonly' });
		await peer.setLocalDescription();
		const headers = { 'content-type': 'application/sdp' };
		const response = await fetch(url, { method: 'POST', headers, body: peer.localDescription.sdp });
		await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
		return response.status;
	};
`;

/** The same over WHIP: there is no WebSocket whose end could tell that the page has gone. */
export const publishClockOverWhip = async (
	{ http, open }: Pick<ChromiumStack, 'http' | 'open'>,
	name: string,
): Promise<Page> => {
	const page = await open();
	const status = await page.evaluate<number>(
		`(() => { ${clockScript} ${whipScript} return publish('${http}/whip/${name}'); })()`,
	);
	if (status !== 201) throw new Error(`${name}: ${status}`);
	return page;
};
