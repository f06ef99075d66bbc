/** The REST calls about sources, over HTTP. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { createSourceRest, type SourceRestOptions } from '../../ingest-node/servers/source-rest.ts';
import { createWebServer, type WebServer } from '../../ingest-node/servers/web.ts';
import { loopbackOnly, parsePullRule } from '../../ingest-node/sources/pull-rule.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { openToAll, tokenAccess } from './support/access.ts';
import { eventually } from './support/eventually.ts';
import { type PullNode, startPullNode } from './support/pull-node.ts';
import { type ScriptedCamera, startScriptedCamera } from './support/scripted-camera.ts';

let node: PullNode;
let camera: ScriptedCamera;
let web: WebServer;
let url: string;

const serve = async (more: Partial<SourceRestOptions> = {}): Promise<void> => {
	const rest = createSourceRest({
		sources: node.sources,
		rule: parsePullRule(loopbackOnly) ?? { allows: () => false },
		isPublished: (name) => name === 'taken',
		access: openToAll,
		canBeCalled: true,
		log: silentLog,
		...more,
	});
	web = createWebServer({
		...{ clock: systemClock, log: silentLog, maxConnections: 100, onUpgrade: () => {} },
		onRequest: (request, response) => {
			if (!rest(request, response)) response.writeHead(418).end();
		},
	});
	const port = await web.listen({ port: 0, host: '127.0.0.1', variable: 'WS_PORT' });
	url = `http://127.0.0.1:${port}/rest-api/rtsp`;
};

beforeEach(async () => {
	node = startPullNode();
	camera = await startScriptedCamera();
});
afterEach(async () => {
	web.close();
	await node.stop();
	camera.stop();
});

const post = async (call: string, body: unknown, headers: Record<string, string> = {}) => {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const response = await fetch(`${url}/${call}`, { method: 'POST', body: text, headers });
	const answer = await response.text();
	return { status: response.status, body: answer === '' ? null : (JSON.parse(answer) as unknown) };
};

const code = ({ status, body }: { status: number; body: unknown }): string =>
	`${status} ${(body as { error?: { code: string } } | null)?.error?.code ?? ''}`.trim();

const withPassword = () => camera.uri.replace('//', '//user:secret@');

describe('the calls of WCS', () => {
	beforeEach(() => serve());

	test('start, find and terminate a camera', async () => {
		expect(code(await post('find_all', ''))).toBe('404 STREAM_NOT_FOUND');
		expect(await post('startup', { uri: withPassword() })).toEqual({ status: 200, body: null });
		await eventually('it plays', async () => {
			const { body } = await post('find', { uri: camera.uri });
			return JSON.stringify(body).includes('PLAYING');
		});
		const listed = [{ uri: camera.uri, status: 'PLAYING', toStream: camera.uri, onDemand: false }];
		expect(await post('find_all', '')).toEqual({ status: 200, body: listed });
		expect(await (await fetch(`${url}/find_all`)).json()).toEqual(listed);
		expect(await post('find', { uri: withPassword() })).toEqual({ status: 200, body: listed });
		expect(code(await post('find', { status: 'FAILED' }))).toBe('404 STREAM_NOT_FOUND');
		// The same camera, whoever asks.
		expect(code(await post('startup', { uri: camera.uri, streamName: 'other' }))).toBe('409 STREAM_NAME_IN_USE');
		expect(await post('terminate', { uri: camera.uri })).toEqual({ status: 200, body: null });
		expect(node.hub.status(parseStreamName(camera.uri))).toBeNull();
		expect(code(await post('terminate', { uri: camera.uri }))).toBe('404 STREAM_NOT_FOUND');
		expect(node.log.join('')).not.toContain('secret');
	});

	test('take a name, in their words and in ours', async () => {
		await post('startup', { uri: camera.uri, toStream: 'door' });
		expect(node.sources.list()[0]?.settings.name).toBe('door');
		expect(code(await post('startup', { uri: `${camera.uri}2`, streamName: 'taken' }))).toBe('409 STREAM_NAME_IN_USE');
		expect(code(await post('startup', { uri: `${camera.uri}2`, streamName: 'door' }))).toBe('409 STREAM_NAME_IN_USE');
	});

	test.each([
		['{', '400 INVALID_JSON'],
		['[]', '400 INVALID_JSON'],
		[{}, '400 INVALID_PARAMETER'],
		[{ uri: 5 }, '400 INVALID_PARAMETER'],
		[{ uri: 'http://127.0.0.1/' }, '400 INVALID_PARAMETER'],
		[{ uri: 'rtsp://127.0.0.1/', streamName: '' }, '400 INVALID_STREAM_NAME'],
		[{ uri: 'rtsp://127.0.0.1/\r\nX: y' }, '400 INVALID_PARAMETER'],
		[{ uri: 'rtsp://192.0.2.1/' }, '403 FORBIDDEN'],
		[{ uri: 'rtsp://3221225985/' }, '403 FORBIDDEN'],
		['x'.repeat(20_000), '413 BODY_TOO_LARGE'],
	])('refuse %o', async (body, expected) => {
		expect(code(await post('startup', body))).toBe(expected);
		expect(node.sources.list()).toEqual([]);
	});

	test('answer other methods and other paths', async () => {
		const get = await fetch(`${url}/startup`);
		expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
		const preflight = await fetch(`${url}/terminate`, { method: 'OPTIONS' });
		expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
		expect((await fetch(`${url}/other`)).status).toBe(418);
	});

	// A page in the operator's browser and a proxy's clients look local, too.
	test.each(['Origin', 'Sec-Fetch-Site', 'X-Forwarded-For', 'Via'])(
		'refuse what a browser or a proxy sends: %s',
		async (name) => {
			expect(code(await post('startup', { uri: camera.uri }, { [name]: 'null' }))).toBe('403 FORBIDDEN');
		},
	);
});

test('with a token want it', async () => {
	await serve({ access: tokenAccess('sesame') });
	expect(code(await post('find_all', ''))).toBe('401 UNAUTHORIZED');
	expect(code(await post('startup', { uri: camera.uri }, { Authorization: 'Bearer simsim' }))).toBe('401 UNAUTHORIZED');
	const started = await post('startup', { uri: camera.uri }, { Authorization: 'Bearer sesame', Origin: 'http://page' });
	expect(started.status).toBe(200);
	expect((await post('find_all?token=sesame', '')).status).toBe(200);
});

test('on demand need an edge that can call', async () => {
	await serve({ canBeCalled: false });
	expect(code(await post('startup', { uri: camera.uri, onDemand: true }))).toBe('400 INVALID_PARAMETER');
});
