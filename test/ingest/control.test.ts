import { afterEach, describe, expect, it } from 'vitest';
import type { Publication } from '../../ingest-node/hub.ts';
import { elementaryStream } from '../../ingest-node/unit.ts';
import { importKey } from '../../src/shared/control/key.ts';
import { type ControlNode, call, secret, startControlNode } from './support/control-node.ts';
import { eventually } from './support/eventually.ts';
import { fakeUnit, uuid } from './support/keyframes.ts';

const nodes: ControlNode[] = [];
afterEach(async () => {
	for (const node of nodes.splice(0)) await node.stop();
});

const start = async (...args: Parameters<typeof startControlNode>): Promise<ControlNode> => {
	const node = await startControlNode(...args);
	nodes.push(node);
	return node;
};

/** A publisher with one keyframe, which answers a request for another after so many milliseconds. */
const startWithPublisher = async (latency: number | null, ...args: Parameters<typeof startControlNode>) => {
	const node = await start(...args);
	const counts = { requests: 0 };
	let content = 1;
	const deliver = (): void => {
		publication.deliver(fakeUnit(content));
		content += 1;
	};
	const publication: Publication = await node.publish('abc', () => {
		counts.requests += 1;
		if (latency !== null) setTimeout(deliver, latency);
	});
	deliver();
	const target = { url: node.url, streamName: 'abc', session: publication.session.id };
	return { ...node, publication, counts, target };
};

describe('a call for a fresher keyframe', () => {
	it('is answered with the keyframe that follows it', async () => {
		const { target, publication, counts } = await startWithPublisher(30);
		const before = Date.now();
		const { status, isGenuine, info, body } = await call(target);
		expect([status, isGenuine]).toEqual([200, true]);
		expect(info).toMatchObject({ session: publication.session.id, sequence: 2, codec: 'h264', protocol: 'webrtc' });
		expect(info?.capturedAt).toBeGreaterThanOrEqual(before);
		expect(info?.leaseUntil).toBeGreaterThan(before + 20_000);
		expect(body).toEqual(elementaryStream(fakeUnit(2)));
		expect(counts.requests).toBe(1);
	});

	it('is logged under the name of the request that it was made for', async () => {
		const { target, log } = await startWithPublisher(30);
		const requestId = '6fe00484-b54e-45f6-9155-5f51f1c19bb4';
		await call({ ...target, headers: { 'x-request-id': requestId } });
		await call({ ...target, headers: { 'x-request-id': 'forged", "level": "error' } });
		await call({ ...target, headers: { 'x-request-id': requestId, authorization: 'none' } });
		const lines = await eventually('the log', () => {
			const found = log.map((line) => JSON.parse(line)).filter(({ event }) => event.includes('call'));
			return found.length >= 3 && found;
		});
		expect(lines).toMatchObject([
			{ level: 'debug', event: 'keyframe call', stream: 'abc', status: 200, requestId },
			{ level: 'debug', event: 'keyframe call', status: 200 },
			{ level: 'warn', event: 'control calls failed', last: expect.stringContaining(`(request ${requestId})`) },
		]);
		expect(lines[1].requestId).toBeUndefined();
	});

	it('is answered with the newest keyframe where the publisher is slow', async () => {
		const { target } = await startWithPublisher(null);
		const began = performance.now();
		expect(await call(target)).toMatchObject({ status: 200, isGenuine: true, info: { sequence: 1 } });
		expect(performance.now() - began).toBeGreaterThan(450);
		expect(performance.now() - began).toBeLessThan(1500);
	});

	it('is answered at once with a keyframe that is new enough', async () => {
		const { target, counts } = await startWithPublisher(null);
		expect(await call({ ...target, after: Date.now() - 1000 })).toMatchObject({ status: 200, info: { sequence: 1 } });
		expect(counts.requests).toBe(0);
	});

	it('is answered 204 where there is nothing newer, or nothing', async () => {
		const node = await start();
		const publication = await node.publish('abc');
		const target = { url: node.url, streamName: 'abc', session: publication.session.id };
		const nothing = { status: 204, isGenuine: true, info: null, body: new Uint8Array(0) };
		expect(await call(target)).toEqual(nothing);
		publication.deliver(fakeUnit(1));
		expect(await call({ ...target, after: Date.now() })).toEqual(nothing);
		expect(await call(target)).toMatchObject({ status: 200 });
	});

	it('is answered 404, signed, for other streams, other sessions and streams that end', async () => {
		const { target, publication } = await startWithPublisher(null);
		const gone = { status: 404, isGenuine: true, info: null };
		expect(await call({ ...target, streamName: 'other' })).toMatchObject(gone);
		expect(await call({ ...target, session: uuid(1) })).toMatchObject(gone);
		const waiting = call(target);
		setTimeout(() => void publication.end('test'), 50);
		expect(await waiting).toMatchObject(gone);
	});

	it('shares one request and one body with the calls beside it', async () => {
		const { target, counts } = await startWithPublisher(100);
		const began = performance.now();
		const answers = await Promise.all(Array.from({ length: 100 }, () => call(target)));
		const elapsed = performance.now() - began;
		expect(answers.every(({ status, isGenuine }) => status === 200 && isGenuine)).toBe(true);
		expect(answers.every(({ info }) => (info?.sequence ?? 0) > 1)).toBe(true);
		expect(counts.requests).toBeLessThanOrEqual(1 + elapsed / 350);
	});

	it('is answered 503 when there are too many at a time', async () => {
		const { target } = await startWithPublisher(null, { maxCalls: 3 });
		const answers = await Promise.all(Array.from({ length: 8 }, () => call(target)));
		expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 503, 503, 503, 503, 503]);
		expect((await call({ ...target, after: 1 })).status).toBe(200);
	});
});

describe('a call that is not authorised is 401', () => {
	const refused = { status: 401, isGenuine: false, info: null };

	it.each([
		[
			'a key that nobody knows',
			async () => ({ key: await importKey(crypto.subtle, 'another-secret-0123456789-0123456789') }),
		],
		['a call from 31 s ago', async () => ({ time: Date.now() - 31_000 })],
		['a call from the future', async () => ({ time: Date.now() + 31_000 })],
		['another body', async () => ({ body: '{"streamName":"abc"}' })],
		['no body', async () => ({ body: '' })],
		['no authorization', async () => ({ headers: { authorization: '' } })],
		['another authorization', async () => ({ headers: { authorization: `Bearer ${secret}` } })],
	])('%s', async (_title, wrong) => {
		const { target, log } = await startWithPublisher(0);
		expect(await call({ ...target, ...(await wrong()) })).toMatchObject(refused);
		expect(await call({ ...target, after: 1 })).toMatchObject({ status: 200 });
		await eventually('the log', () => log.some((line) => line.includes('control calls failed')));
		expect(log.join('')).not.toContain(secret);
	});

	it('a replay', async () => {
		const { target } = await startWithPublisher(0);
		const same = { ...target, nonce: 'ab'.repeat(16), time: Date.now(), after: 1 };
		expect((await call(same)).status).toBe(200);
		expect(await call(same)).toMatchObject(refused);
		const atOnce = { ...same, nonce: 'cd'.repeat(16) };
		const answers = await Promise.all(Array.from({ length: 5 }, () => call(atOnce)));
		expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
	});

	it('says nothing of the reason, the stream or the key', async () => {
		const { target } = await startWithPublisher(0);
		const { body } = await call({ ...target, time: 1 });
		expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
			error: { code: 'UNAUTHORIZED', message: 'The call is not authorised.' },
		});
	});
});

it('accepts the key and its predecessor, and answers with the one that was used', async () => {
	const next = 'next-secret-0123456789-0123456789-01';
	const { target } = await startWithPublisher(0, { secrets: [next, secret] });
	expect(await call({ ...target, after: 1 })).toMatchObject({ status: 200, isGenuine: true });
	const key = await importKey(crypto.subtle, next);
	expect(await call({ ...target, after: 1, key })).toMatchObject({ status: 200, isGenuine: true });
});

it('answers 503 rather than forget a call that could be replayed', async () => {
	const { target } = await startWithPublisher(0, { capacity: 2 });
	const statuses: number[] = [];
	for (let count = 0; count < 3; count += 1) statuses.push((await call({ ...target, after: 1 })).status);
	expect(statuses).toEqual([200, 200, 503]);
});

it('does not exist without a key', async () => {
	const { target } = await startWithPublisher(0, { secrets: [] });
	expect((await call(target)).status).toBe(404);
});

describe('requests of any other form', () => {
	it('are refused', async () => {
		const { url } = await start();
		const path = `${url}/control/keyframe`;
		const statusOf = async (target: string, init?: RequestInit): Promise<number> => (await fetch(target, init)).status;
		expect(await statusOf(path)).toBe(405);
		expect(await statusOf(`${path}?a=b`, { method: 'POST' })).toBe(404);
		expect(await statusOf(`${path}/`, { method: 'POST' })).toBe(404);
		expect(await statusOf(`${url}/health`)).toBe(200);
		expect(await statusOf(`${url}/health`, { method: 'POST' })).toBe(405);
	});

	it('are refused when they are signed, too', async () => {
		const { target } = await startWithPublisher(0);
		const big = new ReadableStream<Uint8Array>({
			pull: (controller) => controller.enqueue(new Uint8Array(1024)),
		});
		expect((await call({ ...target, body: 'x'.repeat(5000) })).status).toBe(413);
		const endless = call({ ...target, body: big });
		await expect(endless.then(({ status }) => status)).resolves.toBe(413);
		expect((await call({ ...target, after: 1 })).status).toBe(200);
	});
});
