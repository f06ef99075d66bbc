/** The ingest node as a child process, restarted when it dies, while the edge stays up. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { ReadyMessage } from '../ingest-node/main.ts';
import type { ObjectStore } from '../ingest-node/store/port.ts';
import { serveStore } from '../ingest-node/store/serve-store.ts';
import { withCompileCache } from './compile-cache.ts';

export type IngestUrls = ReadyMessage['urls'];

export interface IngestSupervisor {
	readonly urls: IngestUrls;
	/** Process id of the child that runs now. */
	pid(): number | undefined;
	/** Lets the child end its streams, then ends it. */
	stop(): Promise<void>;
}

/** The ingest node did not come up; it has said why itself. */
export class IngestStartError extends Error {}

// Restarts: at once the first time, then twice as late each time until one has run for a minute.
const firstDelay = 250;
const lastDelay = 30_000;
const healthyAfter = 60_000;
// More than the child takes for its last writes.
const stopTimeout = 5000;

const entry = join(import.meta.dirname, '../ingest-node/main.ts');

const isReady = (message: unknown): message is ReadyMessage =>
	typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

/** The ports that were bound, so that a restarted child comes back where its publishers look for it. */
const boundPorts = (urls: IngestUrls): Record<string, string> => {
	const ports: Record<string, string> = {};
	const { rtmp, rtmps, rtsp, rtsps, ws, wss, control, webrtc } = urls;
	const variables = {
		...{ RTMP_PORT: rtmp, RTMPS_PORT: rtmps, RTSP_PORT: rtsp, RTSPS_PORT: rtsps },
		...{ WS_PORT: ws, WSS_PORT: wss, CONTROL_PORT: control, WEBRTC_PORT: webrtc },
	};
	for (const [variable, url] of Object.entries(variables))
		if (url !== null) ports[variable] = new URL(url.replace(/^rt[ms]p/, 'http')).port;
	return ports;
};

/** Without a bucket, as the store of `npm start` is its own, and without grace: on one machine nobody has where to go. */
const notOurs = new Set(['STORE_DIR', 'DRAIN_TIME']);
const ownSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
	Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('S3_') && !notOurs.has(name)));

const exited = (child: ChildProcess): Promise<string> =>
	new Promise((resolve) => {
		child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
	});

export interface IngestOptions {
	/** What the child reads its settings from. */
	readonly env: NodeJS.ProcessEnv;
	readonly store: ObjectStore;
	readonly log: (line: string) => void;
	/** What becomes of the child's own log; it is shown by default. */
	readonly output?: 'inherit' | 'ignore' | undefined;
}

/** Resolves when the ingest node has bound its ports. @throws IngestStartError */
export const startIngest = async ({
	env,
	store,
	log,
	output = 'inherit',
}: IngestOptions): Promise<IngestSupervisor> => {
	let stopping = false;
	let child: ChildProcess | undefined;
	let gone: Promise<string> = Promise.resolve('never started');
	let restart: NodeJS.Timeout | undefined;

	const launch = (ports: Record<string, string>): Promise<IngestUrls> => {
		const started = fork(entry, [], {
			env: withCompileCache({ ...ownSettings(env), ...ports }),
			serialization: 'advanced',
			stdio: ['ignore', output, output, 'ipc'],
		});
		// An IPC channel that breaks shows in 'exit' as well.
		started.on('error', () => {});
		const stopServing = serveStore(started, store);
		child = started;
		gone = exited(started);
		void gone.finally(stopServing);
		return new Promise((resolve, reject) => {
			started.on('message', (message) => isReady(message) && resolve(message.urls));
			void gone.then((why) => reject(new IngestStartError(`The ingest node did not start (${why}).`)));
		});
	};

	const urls = await launch({});
	const ports = boundPorts(urls);

	const watch = (delay: number): void => {
		const since = performance.now();
		void gone.then((why) => {
			if (stopping) return;
			const wait = performance.now() - since > healthyAfter ? firstDelay : delay;
			log(`The ingest node ended (${why}); starting it again in ${wait} ms.`);
			restart = setTimeout(() => {
				launch(ports).then(
					() => log('The ingest node is back.'),
					() => {},
				);
				watch(Math.min(wait * 2, lastDelay));
			}, wait);
		});
	};
	watch(firstDelay);

	return {
		urls,
		pid: () => child?.pid,
		stop: async () => {
			stopping = true;
			clearTimeout(restart);
			child?.kill('SIGTERM');
			const force = setTimeout(() => child?.kill('SIGKILL'), stopTimeout);
			await gone;
			clearTimeout(force);
		},
	};
};
