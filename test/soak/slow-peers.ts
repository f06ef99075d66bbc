/**
 * `node test/soak/slow-peers.ts [SECONDS]`: peers that say nothing, and peers that send a byte a second, on every port of the whole stack with its real
 * time limits, while snapshots are taken. Prints when each was let go. Exit code 1 when one is still there, or a snapshot failed.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { publishWithFfmpeg } from '../e2e/support/ffmpeg.ts';
import { takeSnapshot, untilStatus } from '../e2e/support/rest.ts';
import { startTestStack } from '../e2e/support/stack.ts';

const limit = Number(process.argv[2] ?? 60);
const peersEach = 20;

const stack = await startTestStack();
const publisher = publishWithFfmpeg(`${stack.rtmp}/bystander`);
await untilStatus(stack.rest, 'bystander', 200, 20_000);

const portOf = (url: string | null): number => Number(new URL((url ?? '').replace(/^(rt[ms]ps?|wss?)/, 'http')).port);
const { urls } = stack;
const head = 'POST /rest-api/stream/snapshot HTTP/1.1\r\nHost: x\r\n';
const body = `${head}Content-Length: 1000\r\n\r\n{`;
const rtsp = 'OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\n';

/** Name, port, whether its TLS handshake is done, what is sent first, and again every second. */
const kinds: readonly [name: string, url: string | null, isSecure: boolean, first: string, again: string][] = [
	['RTMP, nothing', urls.rtmp, false, '', ''],
	['RTMP, handshake by the byte', urls.rtmp, false, '\x03', '\x03'],
	['RTSP, nothing', urls.rtsp, false, '', ''],
	['RTSP, headers without end', urls.rtsp, false, rtsp, 'X: y\r\n'],
	['RTSPS, no TLS', urls.rtsps, false, '', ''],
	['RTSPS, headers without end', urls.rtsps, true, rtsp, 'X: y\r\n'],
	['WS, nothing', urls.ws, false, '', ''],
	['WS, headers without end', urls.ws, false, head, 'X: y\r\n'],
	['WS, body without end', urls.ws, false, body, ' '],
	['WSS, no TLS', urls.wss, false, '', ''],
	['control, nothing', urls.control, false, '', ''],
	['control, headers without end', urls.control, false, head, 'X: y\r\n'],
	['edge, nothing', urls.http, false, '', ''],
	['edge, headers without end', urls.http, false, head, 'X: y\r\n'],
	['edge, body without end', urls.http, false, body, ' '],
	['edge with TLS, no TLS', urls.https, false, '', ''],
	['edge with TLS, headers without end', urls.https, true, head, 'X: y\r\n'],
];

const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
const still = new Map<string, number>();
const sockets: Socket[] = [];

for (const [name, url, isSecure, first, again] of kinds)
	for (let n = 0; n < peersEach; n += 1) {
		const port = portOf(url);
		const socket = isSecure
			? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
			: connect(port, '127.0.0.1');
		sockets.push(socket);
		still.set(name, (still.get(name) ?? 0) + 1);
		socket.on('error', () => {});
		if (first !== '') socket.write(first);
		const timer = again === '' ? undefined : setInterval(() => socket.write(again), 1000);
		let isOver = false;
		const over = (): void => {
			if (isOver) return;
			isOver = true;
			clearInterval(timer);
			const left = (still.get(name) ?? 1) - 1;
			still.set(name, left);
			if (left === 0) console.log(`${name}: all gone after ${seconds()} s`);
		};
		// An answer is an end, too: the edge's 408.
		socket.once('data', (bytes) => String(bytes).includes(' 408 ') && over());
		socket.on('data', () => {});
		socket.on('close', over);
	}

let failures = 0;
while (performance.now() - began < limit * 1000 && [...still.values()].some((left) => left > 0)) {
	const { status, code } = await takeSnapshot(stack.rest, 'bystander');
	if (status !== 200) {
		failures += 1;
		console.log(`snapshot after ${seconds()} s: ${status} ${code}`);
	}
	await sleep(500);
}
for (const [name, left] of still)
	if (left > 0) console.log(`${name}: ${left} of ${peersEach} still there after ${seconds()} s`);
console.log(`${failures} snapshots failed meanwhile`);
process.exitCode = failures > 0 || [...still.values()].some((left) => left > 0) ? 1 : 0;
for (const socket of sockets) socket.destroy();
publisher.kill('SIGKILL');
await stack.stop();
