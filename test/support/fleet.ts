/**
 * Several real nodes, each a process, and one real edge, over one bucket: the bucket is that of the local Worker, and each
 * node reaches it over S3 by a front of its own, which can be cut or made to fail.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { KeyframeStore } from '../../ingest-node/store/port.ts';
import { buildWorker } from '../../local/build-worker.ts';
import { startEdge } from '../../local/edge.ts';
import { type KeyframeInfo, parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { type IngestAlone, s3Settings, startIngestAlone } from '../e2e/support/ingest-alone.ts';
import { makeDataDir } from '../e2e/support/stack.ts';
import { type S3Front, startS3Front } from './s3-front.ts';

const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});

export interface FleetNode {
	readonly front: S3Front;
	readonly process: IngestAlone;
	/** `rtmp://…/live` */
	readonly rtmp: string;
	readonly control: string;
	/** Settings that make another process the next life of this one. */
	readonly settings: NodeJS.ProcessEnv;
}

export interface NodeOptions {
	/** Milliseconds by which its clock is ahead. */
	readonly skew?: number;
	readonly settings?: NodeJS.ProcessEnv;
	/** Its way to the bucket; a new one unless given. */
	readonly front?: S3Front;
}

export interface Fleet {
	/** Origin of the edge. */
	readonly rest: string;
	readonly store: KeyframeStore;
	add(options?: NodeOptions): Promise<FleetNode>;
	/** What the bucket says of a stream. */
	stored(name: string): Promise<KeyframeInfo | null>;
	stop(): Promise<void>;
}

/** @param variables of the Worker */
export const startFleet = async (variables: Readonly<Record<string, string>> = {}): Promise<Fleet> => {
	const dataDir = await makeDataDir();
	const controlKey = randomBytes(32).toString('hex');
	const edge = await startEdge({
		...{ port: 0, host: '127.0.0.1', dataDir, bundle: await buildWorker() },
		variables: { CONTROL_KEY: controlKey, ...variables },
	});
	const processes: IngestAlone[] = [];
	const fronts: S3Front[] = [];

	const tryToAdd = async ({ skew = 0, settings = {}, front }: NodeOptions = {}): Promise<FleetNode> => {
		const way = front ?? (await startS3Front(edge.store));
		if (front === undefined) fronts.push(way);
		const controlPort = settings.CONTROL_PORT ?? String(await freePort());
		const control = `http://127.0.0.1:${controlPort}`;
		const all: NodeJS.ProcessEnv = {
			...s3Settings(way.config),
			...{ CONTROL_PORT: controlPort, CONTROL_URL: control, CONTROL_KEY: controlKey },
			...(skew !== 0 && {
				NODE_OPTIONS: `--import ${new URL('skew-clock.mjs', import.meta.url)}`,
				CLOCK_SKEW: String(skew),
			}),
			...settings,
		};
		const node = startIngestAlone(all);
		processes.push(node);
		const ready = await Promise.race([
			node.logged('ingest node ready'),
			node.ended.then(() => {
				throw new Error(`a node did not start: ${node.output()}`);
			}),
		]);
		return { front: way, process: node, rtmp: `${ready.rtmp}/live`, control, settings: all };
	};

	/** Somebody else may take the control port that was free a moment ago. */
	const add = async (options: NodeOptions = {}): Promise<FleetNode> => {
		for (let left = 3; ; left -= 1)
			try {
				return await tryToAdd(options);
			} catch (error) {
				if (left === 0 || options.settings?.CONTROL_PORT !== undefined) throw error;
			}
	};

	return {
		rest: `http://127.0.0.1:${edge.port}`,
		store: edge.store,
		add,
		stored: async (name) => {
			const head = await edge.store.head(liveKey(parseStreamName(name)));
			return head === null ? null : parseMetadata(head.metadata);
		},
		stop: async () => {
			for (const node of processes) node.kill('SIGKILL');
			await Promise.all(processes.map(({ ended }) => ended));
			await Promise.all(fronts.map((front) => front.stop()));
			await edge.stop();
			await rm(dataDir, { recursive: true, force: true });
		},
	};
};
