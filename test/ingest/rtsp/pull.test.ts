/** The pull client and cameras that do as their scripts say, over real sockets. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildBye } from '../../../ingest-node/protocols/rtp/rtcp/bye.ts';
import { headerOf } from '../../../ingest-node/protocols/rtsp/message.ts';
import { ensureCertificate } from '../../../local/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { type PullNode, startPullNode } from '../support/pull-node.ts';
import {
	type CameraScript,
	captureSsrc,
	respond,
	type ScriptedCamera,
	sdp,
	startScriptedCamera,
} from '../support/scripted-camera.ts';

let node: PullNode;
let cameras: ScriptedCamera[];

beforeEach(() => {
	node = startPullNode();
	cameras = [];
});
afterEach(async () => {
	await node.stop();
	for (const camera of cameras) camera.stop();
});

const start = async (script?: CameraScript, greeting?: string | Uint8Array): Promise<ScriptedCamera> => {
	const camera = await startScriptedCamera(script, greeting);
	cameras.push(camera);
	return camera;
};

const plays = () => eventually('a keyframe', () => (node.keyframes() ?? 0) > 0);

const header = (camera: ScriptedCamera, method: string, name: string): (string | null)[] =>
	camera.requests.filter((request) => request.method === method).map((request) => headerOf(request, name));

describe('a camera', () => {
	test('is asked in order, sends, and is told the end', async () => {
		const camera = await start();
		const source = node.pull(camera.uri);
		await plays();
		expect(source.state).toBe('playing');
		expect(camera.methods()).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']);
		// Video only, by the control URL that the description has.
		expect(camera.requests.map(({ url }) => url.replace(camera.uri, ''))).toEqual(['', '', '/video', '']);
		expect(header(camera, 'PLAY', 'session')).toEqual(['12345678']);
		await node.sources.remove(camera.uri, 'test');
		await eventually('TEARDOWN', () => camera.methods().includes('TEARDOWN'));
		expect(header(camera, 'TEARDOWN', 'session')).toEqual(['12345678']);
		expect(node.keyframes()).toBeNull();
	});

	test('that refuses TCP is asked for UDP, and the other way round', async () => {
		const camera = await start({ SETUP: (request) => respond(request, '461 Unsupported transport') });
		node.pull(camera.uri);
		await eventually('two SETUPs', () => header(camera, 'SETUP', 'transport').length >= 2);
		expect(header(camera, 'SETUP', 'transport').slice(0, 2)).toEqual([
			expect.stringMatching(/^RTP\/AVP\/TCP;unicast;interleaved=0-1$/),
			expect.stringMatching(/^RTP\/AVP;unicast;client_port=[0-9]*[02468]-[0-9]*[13579]$/),
		]);
		const other = await start();
		node.pull(other.uri, { streamName: 'other', transport: 'udp' });
		await eventually('a keyframe', () => (node.keyframes('other') ?? 0) > 0);
		expect(header(other, 'SETUP', 'transport').map((value) => /TCP/.test(value ?? ''))).toEqual([false, true]);
	});

	test('that plays all of its tracks or none has all of them set up', async () => {
		const camera: ScriptedCamera = await start({
			PLAY: (request) =>
				camera.methods().filter((method) => method === 'SETUP').length < 2
					? respond(request, '455 Method Not Valid in This State')
					: respond(request, '200 OK'),
		});
		node.pull(camera.uri);
		await plays();
		expect(camera.methods()).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'SETUP', 'PLAY']);
	});

	test('whose UDP packets do not come is asked for TCP the next time', async () => {
		const camera = await start({
			SETUP: (request) => {
				const wanted = headerOf(request, 'transport') ?? '';
				const transport = /TCP/.test(wanted) ? 'RTP/AVP/TCP;unicast;interleaved=6-7' : `${wanted};server_port=9-10`;
				return respond(request, '200 OK', [`Transport: ${transport}`, 'Session: 1']);
			},
		});
		node.pull(camera.uri, { transport: 'udp' });
		await plays();
		expect(header(camera, 'SETUP', 'transport').map((value) => /TCP/.test(value ?? ''))).toEqual([false, true]);
		expect(node.log.join('')).toContain('no packet for 1 s');
	});

	test('may change its nonce at any time', async () => {
		const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
		let nonce = 'first';
		const camera = await start(
			Object.fromEntries(
				['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'GET_PARAMETER'].map((method) => [
					method,
					(request) => {
						const value = (name: string): string | undefined =>
							new RegExp(`${name}="([^"]*)"`).exec(headerOf(request, 'authorization') ?? '')?.[1];
						const secret = md5('cam:here:p@ss');
						const right = md5(`${secret}:${nonce}:${md5(`${method}:${request.url}`)}`);
						if (value('nonce') === nonce && value('response') === right) {
							const { [method]: reaction } = accepting;
							return reaction?.(request) ?? null;
						}
						const stale = value('nonce') === undefined ? '' : ', stale=true';
						return respond(request, '401 Unauthorized', [
							'WWW-Authenticate: Basic realm="here"',
							`WWW-Authenticate: Digest realm="here", nonce="${nonce}"${stale}`,
						]);
					},
				]),
			) as CameraScript,
		);
		node.pull(camera.uri.replace('//', '//cam:p%40ss@'));
		await plays();
		nonce = 'second';
		await eventually(
			'an accepted sign of life',
			() => camera.methods().filter((m) => m === 'GET_PARAMETER').length >= 3,
		);
		expect(node.sources.list()[0]?.state).toBe('playing');
		expect(camera.connections()).toBe(1);
		expect(node.log.join('')).not.toContain('p@ss');
	});

	const accepting: Record<string, (request: Parameters<typeof respond>[0]) => string> = {
		OPTIONS: (request) => respond(request, '200 OK', ['Public: GET_PARAMETER']),
		DESCRIBE: (request) => respond(request, '200 OK', [], sdp),
		SETUP: (request) => respond(request, '200 OK', ['Transport: RTP/AVP/TCP;interleaved=6-7', 'Session: 7;timeout=2']),
		PLAY: (request) => respond(request, '200 OK'),
		GET_PARAMETER: (request) => respond(request, '200 OK'),
	};

	test('gets a sign of life at half of its timeout, by a method that it has', async () => {
		const camera = await start({
			SETUP: accepting.SETUP as NonNullable<(typeof accepting)['SETUP']>,
			GET_PARAMETER: (request) => respond(request, '501 Not Implemented'),
		});
		node.pull(camera.uri);
		await plays();
		const counted = () => camera.methods().slice(4);
		await eventually('three signs of life', () => counted().length >= 3);
		expect(counted().slice(0, 3)).toEqual(['GET_PARAMETER', 'OPTIONS', 'OPTIONS']);
	});

	test('may ask us, and send us away', async () => {
		const camera = await start();
		const source = node.pull(camera.uri);
		await plays();
		camera.say('OPTIONS * RTSP/1.0\r\nCSeq: 77\r\n\r\n');
		camera.say('RTSP/1.0 200 OK\r\nCSeq: 999\r\n\r\nRTSP/1.0 200 OK\r\n\r\n');
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(source.state).toBe('playing');
		camera.say('REDIRECT rtsp://elsewhere/ RTSP/1.0\r\nCSeq: 78\r\nLocation: rtsp://elsewhere/\r\n\r\n');
		await eventually('the end', () => source.failure.includes('REDIRECT'));
		expect(node.keyframes()).toBeNull();
		// It comes back where it was told to look, not where the camera says.
		await plays();
	});

	test.each<readonly [string, (camera: ScriptedCamera) => void, RegExp]>([
		['falls silent', (camera) => camera.mute(true), /no packet for 1.5 s/],
		['closes the connection', (camera) => camera.stop(), /clos|ECONNRESET/],
		[
			'says goodbye',
			(camera) => {
				camera.mute(true);
				camera.say(goodbye());
			},
			/goodbye/,
		],
		['goes mad', (camera) => camera.say('\0\0\0\0'), /begins no message/],
	])('that %s is gone at once', async (_, act, reason) => {
		const camera = await start();
		const source = node.pull(camera.uri);
		await plays();
		act(camera);
		await eventually('the end', () => node.keyframes() === null);
		expect(source.failure).toMatch(reason);
		expect(node.log.join('')).toMatch(reason);
	});

	/** RTCP BYE of the capture's source, on the channel that the camera has chosen. */
	const goodbye = (): Buffer => {
		const bye = buildBye([captureSsrc]);
		return Buffer.concat([Uint8Array.of(0x24, 7, 0, bye.length), bye]);
	};
});

describe('a redirect', () => {
	test('is followed, the credentials only to the same server', async () => {
		const target = await start();
		const camera = await start({
			OPTIONS: (request) => respond(request, '302 Moved', [`Location: ${target.uri}`]),
		});
		node.pull(camera.uri.replace('//', '//u:p@'));
		await plays();
		expect(target.requests.every((request) => headerOf(request, 'authorization') === null)).toBe(true);
	});

	test('that has no end is one too many', async () => {
		const camera: ScriptedCamera = await start({
			DESCRIBE: (request) => respond(request, '301 Moved', [`Location: ${request.url}x`]),
		});
		const source = node.pull(camera.uri);
		await eventually('the end', () => source.failure.includes('redirects'));
		expect(camera.connections()).toBe(6);
	});

	test.each(['rtsp://192.0.2.1/x', 'rtsp://10.1/x', 'http://127.0.0.1/', 'rtsp://', ''])(
		'to where nobody may go is not followed: "%s"',
		async (location) => {
			const camera = await start({ DESCRIBE: (request) => respond(request, '302 Moved', [`Location: ${location}`]) });
			const source = node.pull(camera.uri);
			await eventually('the end', () => source.failure !== '');
			expect(source.failure).toMatch(/RTSP_PULL_ALLOW|Bad URI|302/);
		},
	);
});

test("over TLS the certificate has to be right, unless it may be anybody's", async () => {
	const folder = await mkdtemp(join(tmpdir(), 'livestill-pull-'));
	const { certFile, keyFile } = await ensureCertificate(folder);
	const camera = await startScriptedCamera({}, null, { cert: await readFile(certFile), key: await readFile(keyFile) });
	cameras.push(camera);
	const strict = node.pull(camera.uri, { streamName: 'strict' });
	await eventually('it is refused', () => strict.failure !== '');
	expect(strict.failure).toMatch(/SELF_SIGNED_CERT/);
	expect(camera.requests).toEqual([]);
	await node.sources.remove(camera.uri, 'test');
	node.pull(camera.uri, { anyCertificate: true });
	await plays();
	await rm(folder, { recursive: true });
});
