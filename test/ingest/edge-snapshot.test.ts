/** The call to the edge, against an HTTP server that plays the edge. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createEdgeSnapshot } from '../../ingest-node/edge-snapshot.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';

const name = parseStreamName('abc');
let server: Server | undefined;
afterEach(() => {
	server?.closeAllConnections();
	server?.close();
});

const edge = async (status: number, body: string, requests: string[] = []): Promise<string> => {
	const listening = createServer(async (request, response) => {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		requests.push(`${request.method} ${request.url} ${Buffer.concat(parts)}`);
		response.writeHead(status).end(body);
	});
	server = listening;
	await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
};

it('shows its token, and tells nobody that it is wrong', async () => {
	const shown: unknown[] = [];
	const listening = createServer((request, response) => {
		shown.push(request.headers.authorization);
		response.writeHead(request.headers.authorization === 'Bearer good' ? 200 : 401).end('{"data":"aGVsbG8="}');
	});
	server = listening;
	await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
	expect(await createEdgeSnapshot(url, 'good')(name)).toBe('aGVsbG8=');
	await expect(createEdgeSnapshot(url, 'bad')(name)).rejects.toMatchObject({ code: 'INTERNAL' });
	await expect(createEdgeSnapshot(url)(name)).rejects.toMatchObject({ code: 'INTERNAL' });
	expect(shown).toEqual(['Bearer good', 'Bearer bad', undefined]);
});

it('asks the edge as any client does', async () => {
	const requests: string[] = [];
	const take = createEdgeSnapshot(await edge(200, '{"data":"aGVsbG8="}', requests));
	expect(await take(name)).toBe('aGVsbG8=');
	expect(requests).toEqual(['POST /rest-api/stream/snapshot {"streamName":"abc"}']);
});

it('fails with the code of the edge, or says what the edge did', async () => {
	for (const [status, body, code] of [
		[404, '{"error":{"code":"STREAM_NOT_FOUND","message":"x"}}', 'STREAM_NOT_FOUND'],
		[500, '{"error":{"code":"NO_KEYFRAME","message":"x"}}', 'NO_KEYFRAME'],
		[502, '<html>', 'INTERNAL'],
		[500, 'null', 'INTERNAL'],
		[200, '{"data":5}', 'INTERNAL'],
		[200, 'null', 'INTERNAL'],
	] as const)
		await expect(createEdgeSnapshot(await edge(status, body))(name)).rejects.toMatchObject({ code });
});

it('fails when there is no edge', async () => {
	await expect(createEdgeSnapshot(undefined)(name)).rejects.toThrow('EDGE_URL is not set');
	await expect(createEdgeSnapshot('http://127.0.0.1:1')(name)).rejects.toMatchObject({ code: 'INTERNAL' });
});

it('does not pile up', async () => {
	const take = createEdgeSnapshot(await edge(200, '{"data":"x"}'));
	const results = await Promise.allSettled(Array.from({ length: 40 }, () => take(name)));
	expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(32);
	expect(await take(name)).toBe('x');
});
