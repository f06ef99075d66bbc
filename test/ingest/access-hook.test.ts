/** The operator's own program, asked over HTTP. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHook } from '../../ingest-node/access/hook.ts';
import { shownIn } from '../../ingest-node/access/shown.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from './support/eventually.ts';

let server: Server;
let url: string;
let asked: unknown[];
let respond: (response: ServerResponse, request: IncomingMessage) => void;
let failures: string[];

beforeEach(async () => {
	[asked, failures] = [[], []];
	respond = (response) => response.writeHead(204).end();
	server = createServer((request, response) => {
		let text = '';
		request.on('data', (part) => {
			text += part;
		});
		request.on('end', () => {
			asked.push(JSON.parse(text));
			respond(response, request);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth?key=hook-marker`;
});
afterEach(() => {
	server.close();
	server.closeAllConnections();
});

const create = (more: object = {}) => createHook({ url, onFailure: (reason) => failures.push(reason), ...more });

const refusal = (hook = create(), query = 'token=t&user=u&pass=p&room=7', remote = '[2001:db8::1]:5000') =>
	hook.refusal({ action: 'publish', protocol: 'rtmp', name: parseStreamName('cam/1'), remote, query }, shownIn(query));
const ask = async (...question: Parameters<typeof refusal>): Promise<string | null> =>
	(await refusal(...question))?.reason ?? null;

describe('the hook', () => {
	it('is told what MediaMTX tells', async () => {
		expect(await ask()).toBeNull();
		await ask(create(), '', '192.0.2.1:5000');
		expect(asked).toEqual([
			{
				...{ user: 'u', password: 'p', token: 't', ip: '2001:db8::1', action: 'publish', path: 'cam/1' },
				...{ protocol: 'rtmp', query: 'room=7' },
			},
			expect.objectContaining({ user: '', password: '', token: '', ip: '192.0.2.1', query: '' }),
		]);
	});

	it.each([200, 201, 204])('lets in with %i', async (status) => {
		respond = (response) => response.writeHead(status).end(status === 204 ? undefined : 'fine');
		expect(await ask()).toBeNull();
		expect(failures).toEqual([]);
	});

	it.each([401, 403])('refuses with %i', async (status) => {
		respond = (response) => response.writeHead(status).end('no');
		expect(await ask()).toBe(`the hook answered ${status}`);
		expect(failures).toEqual([]);
	});

	it.each([400, 404, 500, 503])('refuses with %i, and tells the operator', async (status) => {
		respond = (response) => response.writeHead(status).end();
		expect(await ask()).toEqual(expect.any(String));
		expect(failures).toEqual([`status ${status}`]);
	});

	it.each([
		[true, [400, 401, 403, 404]],
		[false, [408, 429, 500, 503, 307]],
	])('has judged: %s, with %s', async (isVerdict, statuses) => {
		for (const status of statuses) {
			respond = (response) => response.writeHead(status, { location: '/' }).end();
			expect([status, await refusal()]).toMatchObject([status, { isVerdict }]);
		}
	});

	it('that does not answer, is busy, or is not there has judged nobody', async () => {
		respond = () => {};
		const hook = create({ timeout: 200, maxPending: 1 });
		const answers = [refusal(hook), refusal(hook)];
		for (const answer of await Promise.all(answers)) expect(answer?.isVerdict).toBe(false);
		server.close();
		server.closeAllConnections();
		expect((await refusal())?.isVerdict).toBe(false);
	});

	it.each(['http://169.254.169.254/', '/auth2', 'file:///etc/passwd'])('is not left for %s', async (location) => {
		respond = (response) => response.writeHead(307, { location }).end();
		expect(await ask()).toBe('the hook: redirects are not followed');
		expect(asked).toHaveLength(1);
	});

	it('that does not answer refuses', async () => {
		respond = () => {};
		expect(await ask(create({ timeout: 200 }))).toBe('the hook: no answer in time');
		expect(failures).toEqual(['no answer in time']);
	});

	it('that begins to answer and stops refuses', async () => {
		respond = (response) => {
			response.writeHead(200, { 'content-length': '10' });
			response.write('abc');
		};
		expect(await ask(create({ timeout: 200 }))).toEqual(expect.stringContaining('the hook'));
	});

	it('that answers without end refuses', async () => {
		respond = (response) => {
			response.writeHead(200);
			const pour = (): void => {
				if (!response.destroyed && response.write(Buffer.alloc(65_536))) setImmediate(pour);
			};
			response.on('drain', pour).on('error', () => {});
			pour();
		};
		expect(await ask()).toBe('the hook: the answer is too large');
	});

	it('that is not there refuses, and its URL stays untold', async () => {
		server.close();
		server.closeAllConnections();
		const reason = await ask();
		expect(reason).toMatch(/^the hook: no connection$/);
		expect(JSON.stringify([reason, failures])).not.toMatch(/marker|127\.0/);
	});

	it('is asked so many questions at a time, and no more', async () => {
		const open: ServerResponse[] = [];
		respond = (response) => open.push(response);
		const hook = create({ maxPending: 2 });
		const first = [ask(hook), ask(hook)];
		await eventually('two questions', () => open.length === 2);
		expect(await ask(hook)).toBe('the hook is busy');
		for (const response of open.splice(0)) response.writeHead(200).end();
		expect(await Promise.all(first)).toEqual([null, null]);
		const again = ask(hook);
		await eventually('another question', () => open.length === 1);
		open[0]?.writeHead(200).end();
		expect(await again).toBeNull();
	});
});
