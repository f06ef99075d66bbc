/** Each protocol shows its credentials to the hook, is let in by it, and tells its client the same of every refusal. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isMissing } from '../e2e/support/peers.ts';
import { endPeers, startPeer } from '../e2e/support/processes.ts';
import { connectSignalling } from '../e2e/support/signalling-client.ts';
import { eventually } from './support/eventually.ts';
import { type MainNode, startMainNode } from './support/main-node.ts';
import { createTestPeer, endWebRtc } from './support/webrtc-peer.ts';

interface Question {
	readonly user: string;
	readonly password: string;
	readonly token: string;
	readonly action: string;
	readonly path: string;
	readonly protocol: string;
	readonly query: string;
}

let hook: Server;
let node: MainNode;
const asked: Question[] = [];

/** Anybody may do anything whose token or password begins with `good`, with names that begin with `open`. */
const isGood = ({ token, password, path, action }: Question): boolean =>
	/^good/.test(token || password) && (action === 'connect' || path.startsWith('open') || path.startsWith('rtsp:'));

beforeAll(async () => {
	hook = createServer((request, response) => {
		let text = '';
		request.on('data', (part) => {
			text += part;
		});
		request.on('end', () => {
			const question = JSON.parse(text) as Question;
			asked.push(question);
			response.writeHead(isGood(question) ? 200 : 401).end();
		});
	});
	await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/auth`;
	node = await startMainNode({ AUTH_HOOK_URL: url, LOG_LEVEL: 'debug', TURN_URLS: 'stun:stun.example' });
});
afterAll(async () => {
	await node?.stop();
	hook?.close();
	hook?.closeAllConnections();
	endWebRtc();
	await endPeers();
});
beforeEach(() => {
	asked.length = 0;
});
// Whatever was shown and whatever came of it.
afterEach(() => expect(node.output()).not.toMatch(/good-|bad-/));

const http = (): string => (node.urls.ws ?? '').replace('ws', 'http');

const clip = [
	'-re',
	'-f',
	'lavfi',
	'-i',
	'testsrc2=size=128x96:rate=10',
	'-c:v',
	'libx264',
	'-g',
	'10',
	'-preset',
	'ultrafast',
];
const publish = (format: string, url: string) =>
	startPeer('ffmpeg', [
		...['-hide_banner', '-loglevel', 'error', ...clip, '-pix_fmt', 'yuv420p', '-t', '20'],
		...(format === 'rtsp' ? ['-rtsp_transport', 'tcp'] : []),
		...['-f', format, url],
	]);

const question = (fields: Partial<Question>): unknown => expect.objectContaining(fields);

describe.skipIf(isMissing('ffmpeg'))('ffmpeg', () => {
	it.each([
		[
			'RTMP with a token',
			'flv',
			'rtmp',
			() => `${node.urls.rtmp}/live/open-1?token=good-1&room=7`,
			{ token: 'good-1', query: 'room=7' },
		],
		[
			'RTMP with user and password',
			'flv',
			'rtmp',
			() => `${node.urls.rtmp}/live/open-2?user=u&pass=good-2`,
			{ user: 'u', password: 'good-2' },
		],
		['RTSP with a token', 'rtsp', 'rtsp', () => `${node.urls.rtsp}/live/open-3?token=good-3`, { token: 'good-3' }],
		[
			'RTSP with user and password',
			'rtsp',
			'rtsp',
			() => `${node.urls.rtsp?.replace('//', '//u:good-4@')}/live/open-4`,
			{ user: 'u', password: 'good-4' },
		],
	] as const)('%s publishes', async (_what, format, protocol, url, shown) => {
		const [, name = ''] = /\/live\/(open-\d)/.exec(url()) ?? [];
		const peer = publish(format, url());
		await eventually('the stream', () => node.output().includes(`"event":"stream published","stream":"${name}"`));
		expect(asked.at(-1)).toEqual(question({ action: 'publish', path: name, protocol, ...shown }));
		peer.kill('SIGKILL');
	});

	it.each([
		['RTMP with a wrong token', 'flv', () => `${node.urls.rtmp}/live/open-5?token=bad-1`],
		['RTMP with a token for other streams', 'flv', () => `${node.urls.rtmp}/live/closed?token=good-1`],
		['RTMP without', 'flv', () => `${node.urls.rtmp}/live/open-5`],
		['RTSP with a wrong password', 'rtsp', () => `${node.urls.rtsp?.replace('//', '//u:bad-4@')}/live/open-5`],
		[
			'RTSP with a password for other streams',
			'rtsp',
			() => `${node.urls.rtsp?.replace('//', '//u:good-4@')}/live/closed`,
		],
	] as const)('%s does not', async (_what, format, url) => {
		const peer = publish(format, url());
		expect(await peer.ended).not.toBe(0);
		expect(asked.length).toBeGreaterThan(0);
		expect(peer.output()).toMatch(
			format === 'flv' ? /Restricted access|Operation not permitted/ : /401 Unauthorized|authorization failed/,
		);
	});
});

describe('WHIP and WHEP', () => {
	const post = async (path: string, headers: Record<string, string> = {}) => {
		const peer = await createTestPeer({ direction: path.startsWith('/whip') ? 'sendonly' : 'recvonly' });
		const all = { 'content-type': 'application/sdp', ...headers };
		const response = await fetch(http() + path, { method: 'POST', headers: all, body: peer.offer });
		const text = await response.text();
		peer.close();
		return { status: response.status, text: text.startsWith('v=') ? '' : text };
	};
	const basic = (text: string): Record<string, string> => ({
		authorization: `Basic ${Buffer.from(text).toString('base64')}`,
	});

	it('are let in by bearer, basic and query', async () => {
		expect((await post('/whip/open-6', { authorization: 'Bearer good-6' })).status).toBe(201);
		expect(asked.at(-1)).toEqual(question({ action: 'publish', path: 'open-6', protocol: 'webrtc', token: 'good-6' }));
		expect((await post('/whip/open-7', basic('u:good-7'))).status).toBe(201);
		expect(asked.at(-1)).toEqual(question({ path: 'open-7', user: 'u', password: 'good-7' }));
		expect((await post('/whip/open-8?token=good-8')).status).toBe(201);
	});

	it('hear the same whatever is wrong, and nothing of what is there', async () => {
		const answers = [
			await post('/whip/open-9', { authorization: 'Bearer bad-6' }),
			await post('/whip/open-9', basic('u:bad-6')),
			await post('/whip/open-9'),
			await post('/whip/closed', { authorization: 'Bearer good-6' }),
			// Published at this moment, and not.
			await post('/whip/open-6', { authorization: 'Bearer bad-6' }),
			await post('/whep/open-6', { authorization: 'Bearer bad-6' }),
			await post('/whep/nobody', { authorization: 'Bearer bad-6' }),
		];
		expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
		expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
	});
});

describe('the WebSDK', () => {
	const open = async (fields: object) => {
		const client = await connectSignalling(node.urls.ws ?? '', false);
		client.say('connection', { appKey: 'defaultApp', ...fields });
		await eventually('getUserData', () => client.heard.some(({ message }) => message === 'getUserData'));
		const status = (id: string) =>
			eventually(`the status of ${id}`, () => {
				const events = client.heard.map(
					({ data: [event] }) => event as { mediaSessionId?: string; status?: string; info?: string },
				);
				const found = events.find((event) => event?.mediaSessionId === id && event.status !== undefined);
				return found === undefined ? null : `${found.status} ${found.info ?? ''}`;
			});
		return { client, status };
	};
	const iceServers = (client: Awaited<ReturnType<typeof open>>['client']): string =>
		JSON.stringify(client.heard.find(({ message }) => message === 'getUserData')?.data);

	it('shows token or user and password', async () => {
		const peer = await createTestPeer({ direction: 'sendonly' });
		const { client } = await open({ authToken: 'good-10' });
		expect(asked).toEqual([question({ action: 'connect', path: '', token: 'good-10' })]);
		expect(iceServers(client)).toContain('stun.example');
		const stream = { mediaSessionId: '1', name: 'open-10', mediaProvider: 'WebRTC', sdp: peer.offer };
		client.say('publishStream', { ...stream, custom: { user: 'u', password: 'good-11' } });
		await eventually('the answer', () => client.heard.some(({ message }) => message === 'setRemoteSDP'));
		expect(asked.at(-1)).toEqual(question({ action: 'publish', path: 'open-10', user: 'u', password: 'good-11' }));
		client.socket.close();
		peer.close();
	});

	it('hears the same whatever is wrong: to publish, to play, to look', async () => {
		const peer = await createTestPeer({ direction: 'sendonly' });
		const { client, status } = await open({ custom: { token: 'bad-10' } });
		expect(iceServers(client)).not.toContain('stun.example');
		const stream = { mediaProvider: 'WebRTC', sdp: peer.offer };
		client.say('publishStream', { ...stream, mediaSessionId: '1', name: 'open-12' });
		client.say('playStream', { ...stream, mediaSessionId: '2', name: 'open-12' });
		client.say('snapshot', { mediaSessionId: '3', name: 'open-12' });
		client.say('playStream', { ...stream, mediaSessionId: '4', name: 'rtsp://127.0.0.1:1/x' });
		for (const id of ['1', '2', '3', '4']) expect(await status(id)).toBe('FAILED Restricted access');
		client.say('availableStream', { mediaSessionId: '5', name: 'open-12' });
		const available = await eventually('the answer', () =>
			client.heard.find(
				({ message, data }) => message !== 'notifyStreamStatusEvent' && JSON.stringify(data).includes('"5"'),
			),
		);
		expect(JSON.stringify(available)).toContain('Restricted access');
		expect(asked.map(({ action, path }) => `${action} ${path}`).sort()).toEqual([
			...['connect ', 'play open-12', 'play rtsp://127.0.0.1:1/x', 'publish open-12'],
			...['snapshot open-12', 'snapshot open-12'],
		]);
		client.socket.close();
		peer.close();
	});
});

it('calls about cameras ask, too', async () => {
	const call = (path: string, body: object, token: string) =>
		fetch(`${http()}/rest-api/rtsp/${path}`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}` },
			body: JSON.stringify(body),
		});
	expect((await call('startup', { uri: 'rtsp://127.0.0.1:1/x', toStream: 'closed' }, 'good-13')).status).toBe(401);
	expect((await call('startup', { uri: 'rtsp://127.0.0.1:1/x', toStream: 'open-13' }, 'good-13')).status).toBe(200);
	expect((await call('find_all', {}, 'good-13')).status).toBe(401);
	expect(asked.map(({ action, path, protocol }) => [action, path, protocol])).toEqual([
		['pull', 'closed', 'http'],
		['pull', 'open-13', 'http'],
		['pull', '', 'http'],
	]);
	expect((await call('terminate', { uri: 'rtsp://127.0.0.1:1/x' }, 'good-13')).status).toBe(200);
});
