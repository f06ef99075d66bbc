/** The environment of `npm start`, read once: the ingest node's settings and those of the local edge. */
import { type Config as IngestConfig, readConfig as readIngestConfig } from '../ingest-node/config.ts';
import { ConfigError } from '../ingest-node/settings/config-error.ts';
import type { Port } from '../ingest-node/settings/kinds.ts';
import { type Environment, readSettings } from '../ingest-node/settings/read.ts';
import { isOn, openAtTheEdge } from '../src/shared/production.ts';

export interface LocalConfig {
	/** `HOST`: address that the servers bind, 0.0.0.0 unless set. */
	readonly host: string;
	/** `HTTP_PORT`, 8081. */
	readonly httpPort: Port;
	/** `HTTPS_PORT`, 8444. */
	readonly httpsPort: Port;
	/** `DATA_DIR`: where objects and the certificate are kept, `.data` unless set. */
	readonly dataDir: string;
	readonly ingest: IngestConfig;
}

const ingestConfig = (env: Environment, problems: string[]): IngestConfig | null => {
	try {
		// The local certificate stands in where none is given: RTMPS, RTSPS and WSS may have it too.
		const withoutTls = { ...env, RTMPS_PORT: undefined, RTSPS_PORT: undefined, WSS_PORT: undefined };
		return readIngestConfig(env.TLS_CERT || env.TLS_KEY ? env : withoutTls);
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		problems.push(...error.problems);
		return null;
	}
};

/** @throws ConfigError with every problem that was found */
export const readConfig = (env: Environment): LocalConfig => {
	const { settings, problems } = readSettings(env);
	const found: string[] = [];
	const ingest = ingestConfig(env, found);
	// Both halves together: whoever mends one thing should not find the next one then.
	const open = isOn(env.PRODUCTION)
		? openAtTheEdge({ ...env, CONTROL_HOSTS: env.CONTROL_HOSTS || 'this machine' })
		: [];
	// The ingest node reads the same settings, and knows more about them: what it has found goes first.
	if (ingest === null || problems.length > 0 || open.length > 0)
		throw new ConfigError([...(found.length > 0 ? found : problems), ...open]);
	return {
		host: settings.HOST ?? '0.0.0.0',
		httpPort: settings.HTTP_PORT,
		httpsPort: settings.HTTPS_PORT,
		dataDir: settings.DATA_DIR,
		ingest,
	};
};
