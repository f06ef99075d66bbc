/** The ingest node as `npm run ingest` runs it: by itself, with an S3 bucket. */
import { fileURLToPath } from 'node:url';
import type { S3Config } from '../../../ingest-node/store/s3-config.ts';
import { eventually } from '../../ingest/support/eventually.ts';
import { compileCache } from '../../support/compile-cache.ts';
import { type Peer, startPeer } from './processes.ts';

export interface LogLine {
	readonly event: string;
	readonly level: string;
	readonly [field: string]: unknown;
}

export interface IngestAlone extends Peer {
	/** Log lines so far. */
	log(): LogLine[];
	/** The first log line with this event; waits for it. */
	logged(event: string): Promise<LogLine>;
}

export const s3Settings = (s3: S3Config): NodeJS.ProcessEnv => ({
	S3_ENDPOINT: s3.endpoint,
	S3_BUCKET: s3.bucket,
	S3_REGION: s3.region,
	S3_ACCESS_KEY_ID: s3.accessKeyId,
	S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
});

const main = fileURLToPath(new URL('../../../ingest-node/main.ts', import.meta.url));

/** Starts it on free loopback ports; `ingest node ready` tells which. */
export const startIngestAlone = (settings: NodeJS.ProcessEnv): IngestAlone => {
	const peer = startPeer(process.execPath, [main], {
		env: {
			...compileCache,
			PATH: process.env.PATH,
			HOST: '127.0.0.1',
			RTMP_PORT: 'auto',
			RTSP_PORT: 'auto',
			WS_PORT: 'auto',
			WEBRTC_PORT: 'auto',
			CONTROL_PORT: 'auto',
			...settings,
		},
	});
	const log = (): LogLine[] =>
		peer
			.output()
			.split('\n')
			.filter((line) => line.startsWith('{') && line.endsWith('}'))
			.map((line) => JSON.parse(line) as LogLine);
	return {
		...peer,
		log,
		logged: (event) => eventually(event, () => log().find((line) => line.event === event), 20_000),
	};
};
