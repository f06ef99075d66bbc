/** What operators see of the edge, and how a request is followed from the edge to the ingest node. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { takeSnapshot } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const token = 'operator-token-0123456789-0123456789';

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack({ OPERATOR_TOKEN: token });
});
afterAll(() => stack?.stop());

const metrics = async (url: string, authorization = `Bearer ${token}`) => {
	const response = await fetch(`${url}/metrics`, { headers: { authorization } });
	return { status: response.status, text: await response.text() };
};

const sampleOf = (text: string, sample: string): number =>
	Number(
		text
			.split('\n')
			.find((line) => line.startsWith(`${sample} `))
			?.slice(sample.length + 1) ?? Number.NaN,
	);

describe('the edge', () => {
	it('counts requests, for those who have the token', async () => {
		for (let count = 0; count < 3; count += 1) await takeSnapshot(stack.rest, 'nobody');
		await fetch(`${stack.rest}/rest-api/nothing/${'x'.repeat(20)}"`);
		await fetch(`${stack.rest}/preview/nobody.png`);
		const { status, text } = await metrics(stack.rest);
		expect(status).toBe(200);
		const ofPreview = 'route="/preview/*",status="404",code="STREAM_NOT_FOUND"';
		expect(sampleOf(text, `livestill_edge_requests_total{${ofPreview}}`)).toBe(1);
		const labels = 'route="/rest-api/stream/snapshot",status="404",code="STREAM_NOT_FOUND"';
		expect(sampleOf(text, `livestill_edge_requests_total{${labels}}`)).toBe(3);
		// What clients write is no label.
		expect(sampleOf(text, 'livestill_edge_requests_total{route="",status="404",code="NOT_FOUND"}')).toBe(1);
		expect(text).not.toContain('xxx');
		expect(sampleOf(text, 'livestill_edge_phase_seconds_count{phase="fetch"}')).toBeGreaterThanOrEqual(3);
		for (const wrong of ['', `Bearer ${token}1`, `Basic ${token}`])
			expect((await metrics(stack.rest, wrong)).status).toBe(401);
	});

	it('hands its request id and the trace of its caller to the ingest node', async () => {
		const seen: (string | string[] | undefined)[] = [];
		const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
		const node = createServer((request, response) => {
			seen.push(request.headers['x-request-id'], String(request.headers.traceparent).replace(/-[0-9a-f]{16}-/, '-'));
			request.resume();
			response.writeHead(500).end();
		});
		await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
		try {
			const name = parseStreamName('traced');
			const now = Date.now();
			const metadata = buildMetadata({
				...{ codec: 'h264', width: 64, height: 48, rotation: 0, protocol: 'rtmp', keyframeInterval: 0, sequence: 1 },
				...{ capturedAt: now - 20_000, publishedAt: now - 20_000, leaseUntil: now + 30_000 },
				session: crypto.randomUUID(),
				node: `http://127.0.0.1:${(node.address() as AddressInfo).port}`,
			});
			await stack.store.put(liveKey(name), { body: Uint8Array.of(1), contentType: 'video/h264', metadata }, 'absent');
			const response = await fetch(`${stack.rest}/rest-api/stream/snapshot`, {
				method: 'POST',
				headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
				body: JSON.stringify({ streamName: name, maxAge: 1 }),
			});
			expect(seen).toEqual([response.headers.get('x-request-id'), `00-${traceId}-01`]);
		} finally {
			node.close();
		}
	});
});

describe('the ingest node', () => {
	it('has metrics on its control port', async () => {
		const { status, text } = await metrics(stack.urls.control ?? '');
		expect([status, sampleOf(text, 'livestill_store_up')]).toEqual([200, 1]);
		expect((await metrics(stack.urls.control ?? '', '')).status).toBe(401);
	});
});
