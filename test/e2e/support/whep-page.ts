/** A WHEP player in a page: a video element and a connection, nothing more. */
import type { Page } from 'playwright-core';
import { until } from './rest.ts';

const timeout = 20_000;

/** Plays a stream of the node that has served the page. Resolves to the SDP answer. @throws Error with the refusal */
export const playByWhep = (page: Page, name: string): Promise<string> =>
	page.evaluate<string>(`(async () => {
		const connection = new RTCPeerConnection();
		connection.addTransceiver('video', { direction: 'recvonly' });
		connection.addTransceiver('audio', { direction: 'recvonly' });
		await connection.setLocalDescription();
		const response = await fetch('/whep/${name}', {
			method: 'POST', headers: { 'content-type': 'application/sdp' }, body: connection.localDescription.sdp });
		const answer = await response.text();
		if (!response.ok) throw new Error(response.status + ' ' + answer);
		const video = document.createElement('video');
		video.muted = true;
		connection.ontrack = ({ track }) => { video.srcObject = new MediaStream([track]); void video.play(); };
		document.body.replaceChildren(video);
		await connection.setRemoteDescription({ type: 'answer', sdp: answer });
		return answer;
	})()`);

/** Pictures that differ from the one before, in a time: what a person would call motion. */
export const changesIn = (page: Page, selector: string, milliseconds: number): Promise<number> =>
	page.evaluate<number>(`(async () => {
		const canvas = document.createElement('canvas');
		[canvas.width, canvas.height] = [64, 36];
		const context = canvas.getContext('2d', { willReadFrequently: true });
		const look = () => {
			context.drawImage(document.querySelector('${selector}'), 0, 0, 64, 36);
			return context.getImageData(0, 0, 64, 36).data;
		};
		let count = 0;
		let before = look();
		for (const end = performance.now() + ${milliseconds}; performance.now() < end; ) {
			await new Promise((resolve) => setTimeout(resolve, 40));
			const now = look();
			if (before.some((value, index) => Math.abs(value - now[index]) > 24)) count += 1;
			before = now;
		}
		return count;
	})()`);

/** Milliseconds until the video has a size. */
export const untilShown = (page: Page, selector: string): Promise<number> =>
	until('the video has a size', timeout, () =>
		page.evaluate<boolean>(`document.querySelector('${selector}')?.videoWidth > 0`),
	);

/** Milliseconds until it moves. */
export const untilMoving = async (page: Page, selector: string): Promise<number> => {
	const shown = await untilShown(page, selector);
	return shown + (await until('the picture moves', timeout, async () => (await changesIn(page, selector, 300)) > 2));
};
