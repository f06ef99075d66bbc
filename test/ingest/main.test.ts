/** The ingest node as a child process, as `npm start` runs it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReadyMessage } from '../../ingest-node/main.ts';
import { serveStore } from '../../ingest-node/store/serve-store.ts';
import { publish } from '../../local/rtmp-publisher.ts';
import { parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { type MiniflareR2, startMiniflareR2 } from '../contract/support/miniflare-r2.ts';
import { compileCache } from '../support/compile-cache.ts';
import { eventually } from './support/eventually.ts';
import { vp8Clip } from './support/vp8-clip.ts';

let miniflare: MiniflareR2;
beforeAll(async () => {
	miniflare = await startMiniflareR2();
}, 60_000);
afterAll(() => miniflare.stop());

interface Started {
	readonly child: ChildProcess;
	readonly exited: Promise<number | null>;
	readonly output: () => string;
}

const children: Started[] = [];
afterEach(async () => {
	for (const { child, exited } of children.splice(0)) {
		child.kill('SIGKILL');
		await exited;
	}
});

const start = (env: Readonly<Record<string, string>> = {}): Started => {
	const child = fork(new URL('../../ingest-node/main.ts', import.meta.url), {
		serialization: 'advanced',
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		env: {
			...compileCache,
			PATH: process.env.PATH ?? '',
			HOST: '127.0.0.1',
			RTMP_PORT: 'auto',
			RTSP_PORT: 'auto',
			WS_PORT: 'auto',
			WEBRTC_PORT: 'auto',
			CONTROL_PORT: 'auto',
			...env,
		},
	});
	let output = '';
	const collect = (text: Buffer): void => {
		output += text.toString();
	};
	child.stdout?.on('data', collect);
	child.stderr?.on('data', collect);
	serveStore(child, miniflare.store);
	// Not 'close': it does not come after a disconnect from this side.
	const exited = once(child, 'exit').then(([code]) => code as number | null);
	const started = { child, exited, output: () => output };
	children.push(started);
	return started;
};

const ready = ({ child, exited, output }: Started): Promise<ReadyMessage['urls']> =>
	new Promise((resolve, reject) => {
		child.on('message', (message: ReadyMessage) => {
			if (message.type === 'ready') resolve(message.urls);
		});
		void exited.then(() => reject(new Error(`the node ended: ${output()}`)));
	});

const source = { codec: 'vp8', accessUnits: vp8Clip(), frameRate: 30 } as const;

const stored = async (name: string) => {
	const head = await miniflare.store.head(liveKey(parseStreamName(name)));
	return head === null ? null : parseMetadata(head.metadata);
};

describe('the ingest node', () => {
	it('stores what is published and tells its health', async () => {
		const node = start();
		const urls = await ready(node);
		const publisher = await publish({ url: `${urls.rtmp}/live/main-1`, source, loop: true });
		const info = await eventually('the object', () => stored('main-1'));
		expect(info).toMatchObject({ codec: 'vp8', node: urls.control });
		const health = await fetch(`${urls.control}/health`);
		expect(await health.json()).toMatchObject({
			status: 'ok',
			node: urls.control,
			streams: [{ name: 'main-1', codec: 'vp8', session: info.session }],
		});
		expect((await fetch(`${urls.control}/nothing`)).status).toBe(404);
		expect((await fetch(`${urls.control}/health`, { method: 'POST' })).status).toBe(405);
		await publisher.stop();
	});

	it('lets in publishers who know the token', async () => {
		const urls = await ready(start({ PUBLISH_TOKEN: 's3cret' }));
		await expect(publish({ url: `${urls.rtmp}/live/guarded`, source })).rejects.toThrow('Restricted access');
		const publisher = await publish({ url: `${urls.rtmp}/live/guarded?token=s3cret`, source, loop: true });
		await publisher.stop();
		const whip = `${urls.ws?.replace('ws', 'http')}/whip/guarded`;
		const offer = { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: 'v=0' };
		expect((await fetch(whip, offer)).status).toBe(400);
	});

	it.each(['SIGINT', 'SIGTERM'] as const)('ends its streams on %s and exits with 0', async (signal) => {
		const node = start();
		const urls = await ready(node);
		await publish({ url: `${urls.rtmp}/live/${signal}`, source, loop: true });
		await eventually('the object', () => stored(signal));
		node.child.kill(signal);
		expect(await node.exited).toBe(0);
		expect((await stored(signal))?.leaseUntil).toBe(0);
		expect(node.output()).toContain(`"reason":"${signal}"`);
	});

	it('ends when its parent is gone', async () => {
		const node = start();
		const urls = await ready(node);
		const publisher = await publish({ url: `${urls.rtmp}/live/orphan`, source, loop: true });
		await eventually('the object', () => stored('orphan'));
		node.child.disconnect();
		expect(await node.exited).toBe(0);
		await publisher.closed;
	});

	it('gives the name back to a publisher that returns after a crash', async () => {
		const first = start();
		const urls = await ready(first);
		const publisher = await publish({ url: `${urls.rtmp}/live/crash`, source, loop: true });
		const before = await eventually('the object', () => stored('crash'));
		first.child.kill('SIGKILL');
		await publisher.closed;
		const second = start({ CONTROL_PORT: new URL(urls.control ?? '').port });
		const again = await publish({ url: `${(await ready(second)).rtmp}/live/crash`, source, loop: true });
		await eventually('the new session', async () => (await stored('crash'))?.session !== before.session);
		await again.stop();
	});

	it('refuses the name on another node while the lease of a crashed one lasts', async () => {
		const first = start();
		const publisher = await publish({ url: `${(await ready(first)).rtmp}/live/lease`, source, loop: true });
		await eventually('the object', () => stored('lease'));
		first.child.kill('SIGKILL');
		await publisher.closed;
		const other = await ready(start());
		await expect(publish({ url: `${other.rtmp}/live/lease`, source })).rejects.toThrow('Stream name is already in use');
	});
});

describe('two ingest processes on one store', () => {
	it('have ports and streams of their own, and share the names', async () => {
		const [one, two] = await Promise.all([ready(start()), ready(start())]);
		expect(one.webrtc).not.toBe(two.webrtc);
		const publishers = await Promise.all([
			publish({ url: `${one.rtmp}/live/of-one`, source, loop: true }),
			publish({ url: `${two.rtmp}/live/of-two`, source, loop: true }),
		]);
		expect((await eventually('an object', () => stored('of-one'))).node).toBe(one.control);
		expect((await eventually('an object', () => stored('of-two'))).node).toBe(two.control);
		await expect(publish({ url: `${two.rtmp}/live/of-one`, source })).rejects.toThrow('Stream name is already in use');
		const health = (await (await fetch(`${two.control}/health`)).json()) as { streams: { name: string }[] };
		expect(health.streams.map(({ name }) => name)).toEqual(['of-two']);
		await Promise.all(publishers.map((publisher) => publisher.stop()));
		// A name that one process has given back is free for the other.
		await eventually('the tombstone', async () => (await stored('of-one'))?.leaseUntil === 0);
		const moved = await publish({ url: `${two.rtmp}/live/of-one`, source, loop: true });
		await eventually('the new node', async () => (await stored('of-one'))?.node === two.control);
		await moved.stop();
	});
});

describe('a bad start', () => {
	it('names the port that is taken and exits with 1', async () => {
		const blocker = createServer().listen(0, '127.0.0.1');
		await once(blocker, 'listening');
		const address = blocker.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		for (const variable of ['RTMP_PORT', 'WS_PORT', 'CONTROL_PORT']) {
			const node = start({ [variable]: String(port) });
			expect(await node.exited).toBe(1);
			await eventually('the message', () => node.output().includes('taken'));
			expect(node.output()).toContain(`Port ${port} is taken by another program. Set ${variable} to another port`);
		}
		blocker.close();
	});

	it('names everything that is wrong with the environment', async () => {
		const node = start({ RTMP_PORT: 'many', PUSH_INTERVAL: '1s', CONTROL_URL: 'ftp://x' });
		expect(await node.exited).toBe(1);
		await eventually('the message', () => node.output().includes('CONTROL_URL'));
		expect(node.output()).toContain('RTMP_PORT is "many"');
		expect(node.output()).toContain('PUSH_INTERVAL is "1s"');
		expect(node.output()).toContain('CONTROL_URL is "ftp://x"');
	});
});
