/** Everything on one machine: edge, HTTPS, ingest node. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ObjectStore } from '../ingest-node/store/port.ts';
import { buildWorker } from './build-worker.ts';
import { type CertificateFiles, ensureCertificate } from './certificate.ts';
import type { LocalConfig } from './config.ts';
import { type LocalEdge, startEdge } from './edge.ts';
import { edgeAccessOf } from './edge-access.ts';
import { type HttpsFront, startHttps } from './https.ts';
import { type IngestSupervisor, type IngestUrls, startIngest } from './ingest.ts';

/** Where things are; `null`: that port is off. */
export interface StackUrls extends IngestUrls {
	readonly http: string | null;
	readonly https: string | null;
}

export interface Stack {
	readonly urls: StackUrls;
	/** The store between ingest node and edge. */
	readonly store: ObjectStore;
	/** Process id of the ingest node. */
	ingestPid(): number | undefined;
	/** Ends streams, servers and processes; the data stays. */
	stop(): Promise<void>;
}

/** An address that leads to a server bound to `host`. */
const reachable = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const givenOrMade = async (env: NodeJS.ProcessEnv, dataDir: string): Promise<CertificateFiles> =>
	env.TLS_CERT && env.TLS_KEY ? { certFile: env.TLS_CERT, keyFile: env.TLS_KEY } : ensureCertificate(dataDir);

export interface StackOptions {
	/** What the ingest node reads its settings from. */
	readonly env: NodeJS.ProcessEnv;
	readonly log: (line: string) => void;
	/** What becomes of the ingest node's own log; it is shown by default. */
	readonly output?: 'inherit' | 'ignore';
}

/** @throws ListenError, IngestStartError, or an Error that says what is missing */
export const startStack = async (config: LocalConfig, { env, log, output }: StackOptions): Promise<Stack> => {
	const dataDir = resolve(config.dataDir);
	await mkdir(dataDir, { recursive: true });
	let edge: LocalEdge | undefined;
	let https: HttpsFront | undefined;
	let ingest: IngestSupervisor | undefined;
	const stop = async (): Promise<void> => {
		// The ingest node first: it ends its streams in the store, which lives in the edge.
		await ingest?.stop();
		https?.stop();
		await edge?.stop();
	};
	try {
		const [bundle, { certFile, keyFile }] = await Promise.all([buildWorker(), givenOrMade(env, dataDir)]);
		// Without HTTP the Worker still needs a port for HTTPS to lead to; then nobody else can reach it.
		const host = config.httpPort === null ? '127.0.0.1' : config.host;
		// Both halves start together: a key of this run's own is enough for the edge's calls to the ingest node.
		const controlKey = env.CONTROL_KEY?.trim() || randomBytes(32).toString('hex');
		const edgeAccess = edgeAccessOf(env);
		const variables = {
			CONTROL_KEY: controlKey,
			SNAPSHOT_MAX_AGE: env.SNAPSHOT_MAX_AGE ?? '',
			PREVIEW_KEYS: env.PREVIEW_KEYS ?? '',
			LOG_REQUESTS: env.LOG_REQUESTS ?? '',
			OPERATOR_TOKEN: env.OPERATOR_TOKEN ?? '',
			...edgeAccess.variables,
		};
		edge = await startEdge({ port: config.httpPort ?? 0, host, dataDir, bundle, variables });
		if (config.httpsPort !== null) {
			const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
			const target = { host: reachable(host), port: edge.port };
			https = await startHttps({ port: config.httpsPort, host: config.host, cert, key, target });
		}
		const edgeUrl = `http://${inUrl(reachable(host))}:${edge.port}`;
		const ingestEnv = {
			EDGE_URL: edgeUrl,
			...env,
			...edgeAccess.ofIngestNode,
			TLS_CERT: certFile,
			TLS_KEY: keyFile,
			CONTROL_KEY: controlKey,
		};
		ingest = await startIngest({ env: ingestEnv, store: edge.store, log, output });
		const name = inUrl(reachable(config.host));
		return {
			urls: {
				...ingest.urls,
				http: config.httpPort === null ? null : `http://${name}:${edge.port}`,
				https: https === undefined ? null : `https://${name}:${https.port}`,
			},
			store: edge.store,
			ingestPid: ingest.pid,
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
};
