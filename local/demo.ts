/**
 * `npm run demo`: starts the stack on free ports, publishes a clip over RTMP, takes a snapshot over REST and writes
 * `snapshot.png`. Needs nothing but Node and what npm installs; leaves nothing but the picture.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchStack } from './launch.ts';
import { publish } from './rtmp-publisher.ts';

const output = resolve('snapshot.png');

interface SnapshotAnswer {
	readonly data: string;
	readonly timestamp: number;
	readonly width: number;
	readonly height: number;
}

const say = (text: string): void => console.log(text);
const milliseconds = (since: number): string => `${(performance.now() - since).toFixed(0)} ms`;

/** Asks until the stream is known; ten seconds are more than any machine needs. */
const untilLive = async (rest: string, name: string): Promise<void> => {
	const deadline = performance.now() + 10_000;
	while ((await fetch(`${rest}/rest-api/stream/find?name=${name}`)).status !== 200) {
		if (performance.now() > deadline) throw new Error('the stream did not go live within 10 s');
		await new Promise((done) => setTimeout(done, 20));
	}
};

const takeSnapshot = async (rest: string, name: string): Promise<SnapshotAnswer> => {
	const began = performance.now();
	const response = await fetch(`${rest}/rest-api/stream/snapshot`, {
		method: 'POST',
		body: JSON.stringify({ streamName: name }),
	});
	if (response.status !== 200) throw new Error(`the snapshot failed: ${response.status} ${await response.text()}`);
	const answer = (await response.json()) as SnapshotAnswer;
	say(`  ${response.status} in ${milliseconds(began)} (${response.headers.get('server-timing')})`);
	return answer;
};

const demo = async (rest: string, rtmp: string): Promise<void> => {
	const name = 'demo';
	const flv = await readFile(join(import.meta.dirname, 'demo-clip.flv'));
	say(`Publishing demo-clip.flv to ${rtmp}/live/${name} ...`);
	const published = performance.now();
	const publisher = await publish({ url: `${rtmp}/live/${name}`, source: { flv }, loop: true });
	try {
		await untilLive(rest, name);
		say(`  live after ${milliseconds(published)}`);
		say(`POST ${rest}/rest-api/stream/snapshot {"streamName":"${name}"} ...`);
		const { data, width, height, timestamp } = await takeSnapshot(rest, name);
		const png = Buffer.from(data, 'base64');
		await writeFile(output, png);
		say(`  ${width}x${height}, captured ${Date.now() - timestamp} ms ago, ${png.length} bytes of PNG`);
		say('The same again, now from the cache ...');
		await takeSnapshot(rest, name);
	} finally {
		await publisher.stop();
	}
	say(`Wrote ${output}`);
};

const dataDir = await mkdtemp(join(tmpdir(), 'livestill-demo-'));
const ports = {
	HTTP_PORT: 'auto',
	HTTPS_PORT: '0',
	RTMP_PORT: 'auto',
	RTMPS_PORT: '0',
	RTSP_PORT: '0',
	RTSPS_PORT: '0',
	WS_PORT: '0',
	WEBRTC_PORT: '0',
	WSS_PORT: '0',
	CONTROL_PORT: '0',
};
let stackOutput = '';
const stack = launchStack({
	env: { ...process.env, ...ports, HOST: '127.0.0.1', DATA_DIR: dataDir },
	output: 'pipe',
	onOutput: (text) => {
		stackOutput += text;
	},
});
const cleanUp = async (): Promise<void> => {
	await stack.stop();
	await rm(dataDir, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.once(signal, () => cleanUp().finally(() => process.exit(130)));

let exitCode = 0;
try {
	const began = performance.now();
	say('Starting livestill ...');
	const { urls } = await stack.ready;
	say(`  ready after ${milliseconds(began)}`);
	await demo(urls.http ?? '', urls.rtmp ?? '');
} catch (error) {
	exitCode = 1;
	console.error(error instanceof Error ? error.message : error);
	console.error(stackOutput);
}
await cleanUp();
process.exit(exitCode);
