/** A node that is told to end while it starts: in a container, where it is process 1, nothing else would end it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { compileCache } from '../support/compile-cache.ts';

/** A node whose object storage takes connections and says nothing, as long as wanted: so long it starts. */
const startSlowly = async () => {
	const connected = Promise.withResolvers<void>();
	const sockets = new Set<Socket>();
	const storage = createServer((socket) => {
		sockets.add(socket.on('error', () => {}));
		connected.resolve();
	});
	await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
	const { port } = storage.address() as { port: number };
	const child = fork(new URL('../../ingest-node/main.ts', import.meta.url), {
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
		env: {
			...compileCache,
			...{ PATH: process.env.PATH ?? '', HOST: '127.0.0.1', RTMP_PORT: '0', RTSP_PORT: '0', WS_PORT: '0' },
			...{ WEBRTC_PORT: '0', CONTROL_PORT: 'auto', CONTROL_URL: 'http://127.0.0.1:1' },
			...{
				S3_ENDPOINT: `http://127.0.0.1:${port}`,
				S3_BUCKET: 'bucket',
				S3_ACCESS_KEY_ID: 'i',
				S3_SECRET_ACCESS_KEY: 's',
			},
		},
	});
	let output = '';
	child.stdout?.on('data', (text) => {
		output += text;
	});
	const exited = once(child, 'exit');
	await Promise.race([connected.promise, exited]);
	const end = (): void => {
		storage.close();
		for (const socket of sockets) socket.destroy();
	};
	return { child, exited, end, output: () => output };
};

it.each(['SIGTERM', 'SIGINT'] as const)('ends in order when it has started: %s', async (signal) => {
	const { child, exited, end, output } = await startSlowly();
	child.kill(signal);
	// Its handler runs before it hears of its storage.
	await new Promise((resolve) => setTimeout(resolve, 100));
	end();
	expect(await exited).toEqual([0, null]);
	expect(output()).toContain('ingest node draining');
});

it('ends at once when it is told so twice', async () => {
	const { child, exited, end } = await startSlowly();
	child.kill('SIGTERM');
	await new Promise((resolve) => setTimeout(resolve, 100));
	child.kill('SIGTERM');
	expect(await exited).toEqual([1, null]);
	end();
});
