/**
 * Ingest nodes that answer the edge's calls in every way, behind one real HTTP server: the path of a node's URL says how
 * it behaves. Vitest starts it for the edge tests, which run inside workerd, and tells them its URL.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { answerHeaders, type ControlAnswer } from '../../src/shared/control/answer.ts';
import { type KeyframeCall, keyframePath, parseCall } from '../../src/shared/control/call.ts';
import { type ControlKey, importKey } from '../../src/shared/control/key.ts';
import { isSignedBy, parseAuthorization } from '../../src/shared/control/request.ts';
import { buildMetadata, type KeyframeInfo } from '../../src/shared/keyframe-object.ts';
import { limits } from '../../src/shared/limits.ts';

const secret = 'secret-of-edge-tests-0123456789-0123456789';

const key = await importKey(crypto.subtle, secret);
const otherKey = await importKey(crypto.subtle, `another-${secret}`);

interface Received {
	readonly call: KeyframeCall;
	readonly nonce: string;
	readonly response: ServerResponse;
	/** URL of the node without its behaviour. */
	readonly base: string;
}

const keyframe = (session: string, changes: Partial<KeyframeInfo> = {}): ControlAnswer => {
	const now = Date.now();
	const metadata = buildMetadata({
		...{ codec: 'h264', width: 64, height: 48, rotation: 90, protocol: 'rtmp', node: '', keyframeInterval: 0 },
		...{ capturedAt: now, publishedAt: now - 5000, session, sequence: 9, leaseUntil: now + 30_000 },
		...changes,
	});
	return { status: 200, metadata, body: Uint8Array.of(1) };
};

const send = async ({ nonce, response }: Received, answer: ControlAnswer, by: ControlKey = key): Promise<void> => {
	response.writeHead(answer.status, await answerHeaders(by, nonce, answer));
	response.end(answer.body);
};

const empty = { metadata: {}, body: new Uint8Array(0) };

const writeForEver = (response: ServerResponse, chunk: Uint8Array): void => {
	while (!response.destroyed && response.write(chunk));
	if (!response.destroyed) response.once('drain', () => writeForEver(response, chunk));
};

const other = '00000000-0000-4000-8000-000000000000';

const behaviours: Readonly<Record<string, (received: Received) => unknown>> = {
	fresh: (received) => send(received, keyframe(received.call.session)),
	late: (received) => setTimeout(() => send(received, keyframe(received.call.session)), 400),
	nothing: (received) => send(received, { ...empty, status: 204 }),
	ended: (received) => send(received, { ...empty, status: 404 }),
	damaged: (received) => send(received, { ...keyframe(received.call.session), body: Uint8Array.of(0xdd) }),
	older: (received) => send(received, keyframe(received.call.session, { sequence: 1, capturedAt: 1 })),
	silent: () => {},
	trickle: ({ response }) => {
		response.writeHead(200);
		const timer = setInterval(() => response.write('x'), 50);
		response.on('close', () => clearInterval(timer));
	},
	huge: ({ response }) => {
		response.writeHead(200);
		writeForEver(response, new Uint8Array(1 << 20));
	},
	'too-large': async (received) => {
		const body = new Uint8Array(limits.keyframeBytes + 1);
		await send(received, { ...keyframe(received.call.session), body });
	},
	'huge-metadata': async (received) => {
		const metadata = { ...keyframe(received.call.session).metadata, more: 'x'.repeat(9000) };
		await send(received, { ...keyframe(received.call.session), metadata });
	},
	'bad-metadata': (received) => send(received, { status: 200, metadata: { format: '2' }, body: Uint8Array.of(1) }),
	'no-codec': (received) => send(received, keyframe(received.call.session, { codec: 'none', sequence: 0 })),
	tombstone: (received) => send(received, keyframe(received.call.session, { leaseUntil: 0 })),
	'other-session': (received) => send(received, keyframe(other)),
	'other-key': (received) => send(received, keyframe(received.call.session), otherKey),
	'other-nonce': (received) => send({ ...received, nonce: '0'.repeat(32) }, keyframe(received.call.session)),
	'unsigned-404': ({ response }) => response.writeHead(404).end(),
	'unsigned-204': ({ response }) => response.writeHead(204).end(),
	'unsigned-page': ({ response }) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello</p>'),
	unauthorised: ({ response }) => response.writeHead(401).end(),
	failing: ({ response }) => response.writeHead(500).end('x'.repeat(100)),
	redirect: ({ response, base }) => response.writeHead(307, { location: `${base}/fresh/r${keyframePath}` }).end(),
	'hang-up': ({ response }) => response.destroy(),
};

/** Calls so far, by the path of the node's URL. */
const calls = new Map<string, KeyframeCall[]>();

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
	const path = request.url ?? '';
	if (path.endsWith('/calls')) {
		response.end(JSON.stringify(calls.get(path.slice(0, -'/calls'.length)) ?? []));
		return;
	}
	const chunks: Buffer[] = [];
	for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
	const body = new Uint8Array(Buffer.concat(chunks));
	const authorization = parseAuthorization(request.headers.authorization ?? '');
	const isOurs = authorization && (await isSignedBy(key, authorization, { method: 'POST', path: keyframePath, body }));
	if (!isOurs || !path.endsWith(keyframePath)) {
		response.writeHead(401).end();
		return;
	}
	const node = path.slice(0, -keyframePath.length);
	const call = parseCall(body);
	calls.set(node, [...(calls.get(node) ?? []), call]);
	const base = `http://${request.headers.host}`;
	await behaviours[node.split('/')[1] ?? '']?.({ call, nonce: authorization.nonce, response, base });
};

/** Vitest's global set-up of the edge tests. */
export const setup = async (project: TestProject): Promise<() => void> => {
	const server = createServer((request, response) => {
		serve(request, response).catch((error: unknown) => response.destroy(error as Error));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	project.provide('scriptedNode', { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, secret });
	return () => {
		server.close();
		server.closeAllConnections();
	};
};

declare module 'vitest' {
	interface ProvidedContext {
		readonly scriptedNode: { readonly url: string; readonly secret: string };
	}
}
