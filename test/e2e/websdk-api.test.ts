/** The WebSDK's API against the whole stack: what applications hear, in words and in order. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChromiumStack, startChromiumStack } from './support/chromium-stack.ts';
import { heldBy, probeSettings } from './support/ingest-memory.ts';
import { isMissing } from './support/peers.ts';
import { until, untilStatus } from './support/rest.ts';

/** Functions that the scripts below use in the page. */
const prelude = `
	const { SESSION_STATUS, STREAM_STATUS, STREAM_EVENT } = Flashphoner.constants;
	const connect = (urlServer, custom) => new Promise((resolve, reject) => {
		Flashphoner.createSession({ urlServer, custom })
			.on(SESSION_STATUS.ESTABLISHED, resolve)
			.on(SESSION_STATUS.FAILED, () => reject(new Error('session FAILED')));
	});
	const display = () => document.body.appendChild(document.createElement('div'));
	// Everything that a stream says, until one of the statuses.
	const until = (stream, ...ends) => new Promise((resolve) => {
		const heard = [];
		const hear = (what) => {
			heard.push(what);
			if (ends.includes(what[0])) resolve(heard);
		};
		for (const status of Object.values(STREAM_STATUS)) stream.on(status, () => hear([status, stream.getInfo() ?? '']));
		stream.on(STREAM_EVENT, ({ type, payload }) => hear([type, payload?.info ?? payload?.snapshot ?? '']));
	});
	const publish = async (session, name, more) => {
		const stream = session.createStream({ name, display: display(), receiveVideo: false, receiveAudio: false, ...more });
		const heard = until(stream, 'PUBLISHING', 'FAILED');
		stream.publish();
		return [stream, await heard];
	};
	const sizeOf = async (base64) => {
		const image = new Image();
		image.src = 'data:image/png;base64,' + base64;
		await image.decode();
		return [image.naturalWidth, image.naturalHeight];
	};
`;

type Heard = [status: string, info: string][];

describe.skipIf(isMissing('chromium'))('an application of the WebSDK', () => {
	let node: ChromiumStack;
	let page: Page;
	beforeAll(async () => {
		node = await startChromiumStack({ PUBLISH_TOKEN: 's3cret', ...probeSettings });
		page = await node.open();
	});
	afterAll(() => node?.stop());

	const run = <T>(script: string): Promise<T> =>
		page.evaluate<T>(`(async () => { const url = '${node.stack.urls.ws}'; ${prelude} ${script} })()`);
	const login = "const session = await connect(url, { token: 's3cret' });";

	test('hears both kinds of snapshot from a new stream object, and PUBLISHING goes on after a failure', async () => {
		const result = await run<{ heard: Heard; info: string; size: number[]; failed: Heard; mine: string }>(`
			${login}
			const [stream] = await publish(session, 'api-1');
			const taker = session.createStream({ name: 'api-1' });
			const complete = until(taker, 'snapshotCompleted', 'snapshotFailed');
			taker.snapshot();
			const heard = await complete;
			const unknown = session.createStream({ name: 'nobody' });
			const failure = until(unknown, 'FAILED');
			unknown.snapshot();
			const failed = await failure;
			const result = { heard, info: taker.getInfo(), size: await sizeOf(taker.getInfo()), failed, mine: stream.status() };
			session.disconnect();
			return result;
		`);
		expect(result.heard.map(([what]) => what)).toEqual(['SNAPSHOT_COMPLETE', 'snapshotCompleted']);
		expect(result.heard[1]?.[1]).toBe(result.info);
		expect((result.size[0] ?? 0) / (result.size[1] ?? 1)).toBeCloseTo(4 / 3);
		expect(result.failed).toEqual([
			['snapshotFailed', 'Stream not found'],
			['FAILED', 'Stream not found'],
		]);
		expect(result.mine).toBe('PUBLISHING');
		await untilStatus(node.stack.rest, 'api-1', 404, 1500);
	});

	test('is refused without the token, and told why', async () => {
		const heard = await run<Heard>(`
			const session = await connect(url);
			const [, heard] = await publish(session, 'api-2');
			session.disconnect();
			return heard;
		`);
		expect(heard.at(-1)).toEqual(['FAILED', 'Restricted access']);
	});

	test('that stops and publishes the same name again gets it, five times', async () => {
		const heard = await run<string[]>(`
			${login}
			const heard = [];
			for (let round = 0; round < 5; round += 1) {
				const [stream, statuses] = await publish(session, 'api-3');
				heard.push(statuses.at(-1).join(' '));
				const stopped = until(stream, 'UNPUBLISHED', 'FAILED');
				stream.stop();
				heard.push((await stopped).at(-1).join(' '));
			}
			session.disconnect();
			return heard;
		`);
		expect(heard).toEqual(Array.from({ length: 5 }, () => ['PUBLISHING ', 'UNPUBLISHED Stopped by user']).flat());
	});

	test('whose page is loaded anew during its publish finds the name free', async () => {
		const publish = `${login} const [, heard] = await publish(session, 'api-4'); return heard.at(-1);`;
		expect(await run(publish)).toEqual(['PUBLISHING', '']);
		await page.reload();
		// The browser closes the socket of the old page when it leaves it; the store knows within a second.
		await page.waitForTimeout(1000);
		expect(await run(publish)).toEqual(['PUBLISHING', '']);
		await page.reload();
	});

	test.skipIf(process.platform !== 'linux')(
		'that comes and goes many times leaves nothing behind in the node',
		async () => {
			const count = Number(process.env.CYCLES ?? 15);
			const cycle = (times: number) =>
				run<string[]>(`
				const odd = [];
				for (let round = 0; round < ${times}; round += 1) {
					${login}
					const [stream, statuses] = await publish(session, 'cycle');
					if (statuses.at(-1)[0] !== 'PUBLISHING') odd.push(statuses.at(-1).join(' '));
					const stopped = until(stream, 'UNPUBLISHED', 'FAILED');
					stream.stop();
					await stopped;
					session.disconnect();
				}
				document.querySelectorAll('body > div').forEach((div) => div.remove());
				return odd;
			`);
			expect(await cycle(10)).toEqual([]);
			const before = await heldBy(node.stack);
			expect(await cycle(count)).toEqual([]);
			const closed = async () => (await heldBy(node.stack)).descriptors <= before.descriptors + 3;
			await until('the sockets are closed', 10_000, closed);
			const after = await heldBy(node.stack);
			const grown = after.live - before.live;
			console.info(
				`${count} cycles: ${(after.resident - before.resident).toFixed(1)} MB resident, ${grown.toFixed(2)} MB live`,
			);
			// Code that is compiled meanwhile counts, too; a session that is not let go of keeps 50 KB alive.
			expect(grown).toBeLessThan(0.2 + 0.015 * count);
		},
		300_000,
	);

	test('that only sends a picture, no sound, is published and played', async () => {
		const status = await run<string>(`
			${login}
			const [, heard] = await publish(session, 'api-5', { constraints: { video: true, audio: false } });
			if (heard.at(-1)[0] !== 'PUBLISHING') return heard.at(-1).join(' ');
			const player = session.createStream({ name: 'api-5', display: display() });
			const playing = until(player, 'PLAYING', 'FAILED');
			player.play();
			const status = (await playing).at(-1).join(' ');
			session.disconnect();
			return status;
		`);
		expect(status).toBe('PLAYING ');
	});
});

describe.skipIf(isMissing('chromium'))('WHIP and WHEP in a browser', () => {
	let node: ChromiumStack;
	let page: Page;
	beforeAll(async () => {
		node = await startChromiumStack({ PUBLISH_TOKEN: 's3cret' });
		page = await node.open();
	});
	afterAll(() => node?.stop());

	const whip = `
		const post = async (path, pc, headers = {}) => {
			await pc.setLocalDescription();
			const answer = await fetch(path, {
				method: 'POST',
				headers: { 'content-type': 'application/sdp', ...headers },
				body: pc.localDescription.sdp,
			});
			if (answer.status === 201) await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
			return [answer.status, answer.headers.get('location')];
		};
		const connected = (pc) => new Promise((resolve) => {
			const look = () => ['connected', 'failed'].includes(pc.connectionState) && resolve(pc.connectionState);
			pc.onconnectionstatechange = look;
			look();
		});
	`;
	const run = <T>(script: string): Promise<T> => page.evaluate<T>(`(async () => { ${whip} ${script} })()`);

	test('publish, play and end', async () => {
		const refused = await run(`
			window.camera = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
			window.publisher = new RTCPeerConnection();
			for (const track of camera.getTracks()) publisher.addTrack(track, camera);
			return (await post('/whip/door', publisher))[0];
		`);
		expect(refused).toBe(401);
		const [status, location] = await run<[number, string]>(
			"return post('/whip/door', publisher, { authorization: 'Bearer s3cret' });",
		);
		expect(status).toBe(201);
		expect(await run('return connected(publisher);')).toBe('connected');
		await untilStatus(node.stack.rest, 'door', 200, 10_000);
		const size = await run<[number, number]>(`
			window.player = new RTCPeerConnection();
			const stream = new MediaStream();
			player.ontrack = ({ track }) => stream.addTrack(track);
			player.addTransceiver('video', { direction: 'recvonly' });
			player.addTransceiver('audio', { direction: 'recvonly' });
			const [status] = await post('/whep/door', player);
			if (status !== 201) return [status, 0];
			const video = document.body.appendChild(document.createElement('video'));
			video.muted = true;
			video.srcObject = stream;
			await video.play();
			await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
			return [video.videoWidth, video.videoHeight];
		`);
		expect(size[0] / size[1]).toBeCloseTo(4 / 3);
		expect(await run(`return (await fetch('${location}', { method: 'DELETE' })).status;`)).toBe(200);
		await untilStatus(node.stack.rest, 'door', 404, 1000);
		expect(await run("return (await post('/whep/door', new RTCPeerConnection()))[0];")).toBe(404);
	});

	test('malformed SDP is 400, whatever is wrong with it', async () => {
		for (const sdp of [
			'v=0',
			'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n',
			`v=0\r\n${'m=video 9 X 1\r\n'.repeat(500)}`,
		]) {
			const response = await fetch(`${node.http}/whip/broken`, {
				method: 'POST',
				headers: { 'content-type': 'application/sdp', authorization: 'Bearer s3cret' },
				body: sdp,
			});
			expect(response.status).toBe(400);
		}
	});
});
