/** The environment of `npm start`, read once: the ingest node's settings and those of the local edge. */
import {
	ConfigError,
	type Config as IngestConfig,
	type Port,
	readConfig as readIngestConfig,
} from '../ingest-node/config.ts';

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

type Environment = Readonly<Record<string, string | undefined>>;

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
	const problems: string[] = [];
	const value = (name: string): string | undefined => env[name]?.trim() || undefined;
	const port = (name: string, normal: number): Port => {
		const text = value(name) ?? String(normal);
		if (text === 'auto') return 0;
		const number = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
		if (!(number <= 65535)) problems.push(`${name} is "${text}": a port from 1 to 65535, 0 (off) or auto is needed.`);
		return number === 0 ? null : number;
	};
	const local = {
		host: value('HOST') ?? '0.0.0.0',
		httpPort: port('HTTP_PORT', 8081),
		httpsPort: port('HTTPS_PORT', 8444),
		dataDir: value('DATA_DIR') ?? '.data',
	};
	const ingest = ingestConfig(env, problems);
	if (ingest === null || problems.length > 0) throw new ConfigError(problems);
	return { ...local, ingest };
};
