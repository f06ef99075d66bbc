/** No secret in any output of any process, whatever protocol it came by and whatever became of it. All secrets here have the same word in them. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LaunchedStack, launchStack, type ReadyStack } from '../../local/launch.ts';
import { publish } from '../../local/rtmp-publisher.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { connectRtsp } from '../ingest/support/rtsp-publisher.ts';
import { vp8Clip } from '../ingest/support/vp8-clip.ts';
import { createTestPeer, endWebRtc } from '../ingest/support/webrtc-peer.ts';
import { endPeers, startPeer } from './support/processes.ts';
import { connectSignalling } from './support/signalling-client.ts';
import { freePorts, makeDataDir } from './support/stack.ts';

const word = 'marker';
const long = (what: string): string => `${word}-${what}-${'x'.repeat(32)}`;
const apiToken = `lst_${word}${'a'.repeat(37)}`;
const source = { codec: 'vp8', accessUnits: vp8Clip(), frameRate: 30 } as const;

let stack: LaunchedStack;
let urls: ReadyStack['urls'];
let hook: Server;
let dataDir: string;
let env: NodeJS.ProcessEnv;
let output = '';

beforeAll(async () => {
	// It lets nobody in and answers with what it was asked, as a careless program does.
	hook = createServer((request, response) => request.pipe(response.writeHead(500)));
	await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
	dataDir = await makeDataDir();
	const hash = createHash('sha256').update(apiToken).digest('hex');
	env = {
		...freePorts(dataDir),
		...{ LOG_LEVEL: 'debug', LOG_REQUESTS: '1' },
		...{ PUBLISH_TOKEN: long('publish'), PLAY_TOKEN: long('play'), OPERATOR_TOKEN: long('operator') },
		...{ CONTROL_KEY: long('control'), CONTROL_KEY_PREVIOUS: long('previous'), JWT_SECRET: long('jwt') },
		STREAM_KEYS: `[{"name": "keyed", "key": "${long('key')}"}]`,
		AUTH_HOOK_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/auth?secret=${long('hook')}`,
		RTSP_SOURCES: `["rtsp://${long('user')}:${long('password')}@127.0.0.1:9/camera"]`,
		...{ PREVIEW_KEYS: `k1:${long('preview')}`, API_TOKENS: `shop:snapshot+list:${hash}` },
		...{ TURN_URLS: 'turn:turn.example', TURN_SECRET: long('turn') },
	};
	stack = launchStack({
		env,
		output: 'pipe',
		onOutput: (text) => {
			output += text;
		},
	});
	({ urls } = await stack.ready);
});
afterAll(async () => {
	await stack?.stop();
	hook?.close();
	hook?.closeAllConnections();
	await endPeers();
	endWebRtc();
	await rm(dataDir, { recursive: true, force: true });
});

const silent = new RegExp(`${word}|${Buffer.from(word).toString('base64').replace(/=+$/, '').slice(0, -1)}`);

test('comes over RTMP, RTSP, WHIP, the WebSDK, REST and control, and stays untold', async () => {
	const http = (urls.ws ?? '').replace('ws', 'http');
	const attempts: Promise<unknown>[] = [];
	const rtmp = (name: string, token: string): Promise<unknown> =>
		publish({ url: `${urls.rtmp}/live/${name}?token=${token}&user=u&pass=${long('pass')}`, source }).then(
			(publisher) => publisher.stop(),
			() => {},
		);
	const jwt = await new SignJWT({ livestill: { publish: 'jwt' } })
		.setProtectedHeader({ alg: 'HS256' })
		.setExpirationTime('1m')
		.sign(new TextEncoder().encode(long('jwt')));
	attempts.push(rtmp('good', long('publish')), rtmp('keyed', long('key')), rtmp('bad', long('bad')), rtmp('jwt', jwt));
	attempts.push(rtmp('no//name', long('bad')));

	const rtspPort = Number(new URL((urls.rtsp ?? '').replace('rtsp', 'http')).port);
	for (const authorization of [
		`Basic ${Buffer.from(`u:${long('publish')}`).toString('base64')}`,
		`Basic ${Buffer.from(`u:${long('bad')}`).toString('base64')}`,
		`Digest username="u", response="${long('bad')}"`,
	])
		attempts.push(
			connectRtsp(rtspPort, `rtsp?token=${long('bad')}`).then(async (publisher) => {
				const { url } = publisher;
				await publisher.request(
					'ANNOUNCE',
					url,
					[['Authorization', authorization]],
					new TextEncoder().encode(`v=0 ${word}`),
				);
				publisher.stop();
			}),
		);

	const peer = await createTestPeer({ direction: 'sendonly' });
	for (const [path, authorization, body] of [
		['/whip/a', `Bearer ${long('publish')}`, peer.offer],
		['/whip/a', `Bearer ${long('bad')}`, peer.offer],
		['/whep/a', `Basic ${Buffer.from(`u:${long('play')}`).toString('base64')}`, peer.offer],
		[`/whip/a?token=${long('bad')}`, '', `v=0 ${word}`],
		[`/whip/${word}%00?token=${long('bad')}`, '', 'v=0'],
	] as const)
		attempts.push(
			fetch(http + path, { method: 'POST', headers: { authorization, 'content-type': 'application/sdp' }, body }),
		);
	for (const [call, body] of [
		['startup', `{"uri": "rtsp://u:${long('password')}@127.0.0.1:9/rest", "toStream": "rest"}`],
		['startup', `{"uri": "http://u:${long('password')}@127.0.0.1:9/rest"}`],
		['terminate', `{"uri": "rtsp://u:${long('password')}@127.0.0.1:9/rest"`],
	] as const)
		for (const token of [long('publish'), long('bad')])
			attempts.push(
				fetch(`${http}/rest-api/rtsp/${call}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body }),
			);

	const client = await connectSignalling(`${urls.ws}/?token=${long('query')}`, false);
	client.say('connection', {
		authToken: long('bad'),
		custom: { user: 'u', password: long('password') },
		sipPassword: long('sip'),
	});
	const stream = { mediaProvider: 'WebRTC', sdp: peer.offer, custom: { token: long('bad') } };
	client.say('publishStream', { ...stream, mediaSessionId: '1', name: 'sdk' });
	client.say('publishStream', { ...stream, mediaSessionId: '2', name: 'sdk', sdp: `v=0\r\n${word}` });
	client.say('playStream', { ...stream, mediaSessionId: '3', name: `rtsp://u:${long('password')}@127.0.0.1:9/sdk` });
	client.say('snapshot', { mediaSessionId: '4', name: 'sdk' });
	await eventually(
		'four answers',
		() => client.heard.filter(({ data }) => JSON.stringify(data).includes('FAILED')).length >= 4,
	);
	client.socket.close();
	peer.close();

	const rest = urls.http ?? '';
	for (const authorization of [`Bearer ${apiToken}`, `Bearer ${long('bad')}`, `Basic ${btoa(`u:${long('bad')}`)}`]) {
		const headers = { authorization };
		attempts.push(fetch(`${rest}/rest-api/stream/find_all`, { headers }), fetch(`${rest}/metrics`, { headers }));
		attempts.push(
			fetch(`${rest}/rest-api/stream/snapshot`, {
				method: 'POST',
				headers,
				body: `{"streamName": "good", "x": "${word}`,
			}),
		);
		attempts.push(fetch(`${urls.control}/metrics`, { headers }), fetch(`${urls.control}/health`, { headers }));
		attempts.push(
			fetch(`${urls.control}/control/keyframe`, { method: 'POST', headers, body: `{"x": "${long('body')}"}` }),
		);
	}
	attempts.push(fetch(`${rest}/preview/good.jpg?exp=1&kid=k1&sig=${'a'.repeat(43)}&x=${word}`));
	attempts.push(fetch(`${rest}/preview/${word}/../x.jpg?token=${long('bad')}`));
	const signed = await startPeer(
		process.execPath,
		[
			'cli/livestill.ts',
			'snapshot',
			'good',
			'--server',
			rest,
			'--key',
			`k1:${long('preview')}`,
			'-o',
			join(dataDir, 'x.png'),
		],
		{ env: { PATH: process.env.PATH } },
	);
	attempts.push(signed.ended);
	await Promise.allSettled(attempts);
	// Failures are counted and told once a second.
	await eventually('the failures of the hook', () => output.includes('the access hook failed'));

	const node = output;
	expect(node).toMatch(/access refused/);
	expect(node).toMatch(/"event":"request"/);
	expect(node).toMatch(/the access hook failed/);
	expect(node).toMatch(/source failed/);
	expect(node).toMatch(/"stream published","stream":"(good|keyed|jwt)"/);
	expect(node.split('\n').filter((line) => silent.test(line))).toEqual([]);
	expect(signed.output()).not.toMatch(silent);
});

test('is not shown with the configuration, nor when it is wrong', async () => {
	const run = promisify(execFile);
	const show = (more: object) =>
		run(process.execPath, ['ingest-node/main.ts', '--print-config'], {
			env: { ...env, WSS_PORT: '', RTSPS_PORT: '', ...more },
		}).then(
			({ stdout, stderr }) => stdout + stderr,
			(error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
		);
	expect(await show({})).toMatch(/PUBLISH_TOKEN=\(secret\)/);
	const wrong = {
		CONTROL_KEY: word,
		OPERATOR_TOKEN: `${word} ${word}`,
		JWT_SECRET: word,
		API_TOKENS: word,
		AUTH_HOOK_URL: `ftp://${word}`,
	};
	const problems = await show({ ...wrong, STREAM_KEYS: `[{"name": "a", "key": "${word}"}]`, PRODUCTION: 'true' });
	expect(problems.trim().split('\n').length).toBeGreaterThanOrEqual(6);
	for (const text of [await show({}), problems]) expect(text).not.toMatch(silent);
});
