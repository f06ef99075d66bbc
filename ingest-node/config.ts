/** The settings as the ingest node uses them: grouped, and checked against each other. */
import { readFileSync } from 'node:fs';
import type { HistoryPolicy } from '../src/shared/keyframe-object.ts';
import { type AccessConfig, readAccessConfig } from './access/access-config.ts';
import { readHistoryConfig } from './history/history-config.ts';
import type { LogLevel } from './log.ts';
import { openAtTheNode } from './production.ts';
import { type RtspConfig, readRtspConfig } from './rtsp-config.ts';
import { ConfigError } from './settings/config-error.ts';
import type { Port } from './settings/kinds.ts';
import { type Environment, readSettings } from './settings/read.ts';
import { readSourcesConfig, type SourcesConfig } from './sources/sources-config.ts';
import { readS3Config, type S3Config } from './store/s3-config.ts';
import { readTurnConfig, type TurnConfig } from './turn-config.ts';
import { readWebhookConfig, type WebhookConfig } from './webhooks/webhook-config.ts';
import { readWebRtcConfig, type WebRtcConfig } from './webrtc-config.ts';

export interface Config {
	/** `HOST`: address that the media servers bind; without it all. The control server has its own. */
	readonly host: string | undefined;
	/** `RTMP_PORT`, 1935. */
	readonly rtmpPort: Port;
	/** `RTMPS_PORT`, off unless set; needs `TLS_CERT` and `TLS_KEY`. */
	readonly rtmpsPort: Port;
	readonly rtsp: RtspConfig;
	/** `WS_PORT`, 8080: the WebSDK's signalling, WHIP and WHEP. */
	readonly wsPort: Port;
	/** `WSS_PORT`: the same with TLS, 8443 where `TLS_CERT` and `TLS_KEY` are set, else off. */
	readonly wssPort: Port;
	/** `WEBRTC_PORT`, 8890: UDP, one port for all publishers and players. Off: there is no WebRTC media. */
	readonly webRtcPort: Port;
	readonly webRtc: WebRtcConfig;
	/** `RTSP_SOURCES` and the like: cameras that this node pulls from. */
	readonly sources: SourcesConfig;
	/** `EDGE_URL`: where this node asks for the snapshots of its WebSocket clients; `undefined` when not set. */
	readonly edgeUrl: string | undefined;
	/** `EDGE_TOKEN`: API token that the edge knows; `undefined`: it wants none. */
	readonly edgeToken: string | undefined;
	/** `PUBLISH_TOKEN`, `STREAM_KEYS`, …: who may publish and play. */
	readonly access: AccessConfig;
	/** `TURN_URLS`, …: STUN and TURN servers that clients are told. */
	readonly turn: TurnConfig;
	/** `CONTROL_PORT`, 8082. */
	readonly controlPort: Port;
	/** `CONTROL_HOST`: address that the control server binds, 127.0.0.1. */
	readonly controlHost: string;
	/** `OPERATOR_TOKEN`: bearer token for `/health` and `/metrics`; `undefined`: they are for this machine only. */
	readonly operatorToken: string | undefined;
	/** `CONTROL_URL`: where the edge reaches the control server; `undefined` when not set. */
	readonly controlUrl: string | undefined;
	/** `CONTROL_KEY` and `CONTROL_KEY_PREVIOUS`: secrets of the calls that the edge may make; empty: it may make none. */
	readonly controlKeys: readonly string[];
	/** `WEBHOOK_URLS` and the like; `undefined`: nobody is told of anything. */
	readonly webhooks: WebhookConfig | undefined;
	/** `S3_ENDPOINT` and the like, or `STORE_DIR`; neither: the parent process holds the objects. */
	readonly store: { readonly s3: S3Config | undefined; readonly directory: string | undefined };
	/** Whether it does without its parent's. */
	readonly hasOwnStore: boolean;
	/** `WORKERS`: processes that this node consists of, 1. */
	readonly workers: number;
	/** `DRAIN_TIME` in milliseconds: grace of a node that is to end, 0. */
	readonly drainTime: number;
	/** `LOG_LEVEL`: what is less important is not logged, `info`. */
	readonly logLevel: LogLevel;
	/** `PUSH_INTERVAL` in milliseconds, 2 s. */
	readonly pushInterval: number;
	/** `HISTORY_RETENTION` and `HISTORY_INTERVAL`; `undefined`: no keyframes are kept. */
	readonly history: HistoryPolicy | undefined;
	/** `HISTORY_SWEEP`: the node deletes kept keyframes that are too old, `true`. */
	readonly isHistorySwept: boolean;
	/** `MAX_CONNECTIONS`: publishers at a time for each protocol server, 1000. */
	readonly maxConnections: number;
	/** `MAX_CONNECTIONS_PER_ADDRESS`: of one address, for each protocol server, 200; `null`: as many as there are. */
	readonly addressLimit: number | null;
	/** `PRODUCTION`: nothing may be open that need not be. */
	readonly isProduction: boolean;
	/** `TLS_CERT` and `TLS_KEY`: names of PEM files. */
	readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/** Port of browsers with TLS where there is a certificate and nobody says otherwise. */
const usualWssPort = 8443;

const tlsPorts = ['RTMPS_PORT', 'WSS_PORT', 'RTSPS_PORT'] as const;

/** @throws ConfigError with every problem that was found */
export const readConfig = (
	environment: Environment,
	readFile: (name: string) => Buffer = (name) => readFileSync(name),
): Config => {
	const read = readSettings(environment);
	const { settings, value, problems } = read;

	const pem = (name: 'TLS_CERT' | 'TLS_KEY'): Buffer | undefined => {
		const file = settings[name];
		if (file === undefined) return undefined;
		try {
			return readFile(file);
		} catch (error) {
			problems.push(`${name} is "${file}": ${error instanceof Error ? error.message : 'cannot be read'}.`);
			return undefined;
		}
	};
	const cert = pem('TLS_CERT');
	const key = pem('TLS_KEY');
	const isSet = (name: string): boolean => value(name) !== undefined;
	if (isSet('TLS_CERT') !== isSet('TLS_KEY'))
		problems.push('TLS_CERT and TLS_KEY go together: only one of them is set.');
	for (const name of tlsPorts)
		if (settings[name] != null && !isSet('TLS_CERT') && !isSet('TLS_KEY'))
			problems.push(`${name} is set: TLS_CERT and TLS_KEY are needed.`);

	const controlKeys = [settings.CONTROL_KEY, settings.CONTROL_KEY_PREVIOUS].filter((text) => text !== undefined);
	if (!isSet('CONTROL_KEY') && isSet('CONTROL_KEY_PREVIOUS'))
		problems.push('CONTROL_KEY_PREVIOUS is set: CONTROL_KEY, its successor, is needed.');

	const s3 = readS3Config(read);
	if (s3 !== undefined && settings.STORE_DIR !== undefined)
		problems.push('STORE_DIR and the settings of a bucket are both there: objects have one place.');

	const tls = cert && key ? { cert, key } : undefined;
	const config: Config = {
		host: settings.HOST,
		rtmpPort: settings.RTMP_PORT,
		rtmpsPort: settings.RTMPS_PORT ?? null,
		rtsp: readRtspConfig(settings, tls !== undefined),
		wsPort: settings.WS_PORT,
		wssPort: settings.WSS_PORT === undefined ? ((tls && usualWssPort) ?? null) : settings.WSS_PORT,
		webRtcPort: settings.WEBRTC_PORT,
		webRtc: readWebRtcConfig(settings),
		sources: readSourcesConfig(read, readFile),
		edgeUrl: settings.EDGE_URL,
		edgeToken: settings.EDGE_TOKEN,
		access: readAccessConfig(read, readFile),
		turn: readTurnConfig(read),
		controlPort: settings.CONTROL_PORT,
		controlHost: settings.CONTROL_HOST,
		operatorToken: settings.OPERATOR_TOKEN,
		controlUrl: settings.CONTROL_URL,
		controlKeys,
		webhooks: readWebhookConfig(read),
		store: { s3, directory: settings.STORE_DIR },
		hasOwnStore: s3 !== undefined || settings.STORE_DIR !== undefined,
		workers: settings.WORKERS,
		drainTime: settings.DRAIN_TIME,
		logLevel: settings.LOG_LEVEL,
		pushInterval: settings.PUSH_INTERVAL,
		history: readHistoryConfig(read),
		isHistorySwept: settings.HISTORY_SWEEP === 'on',
		maxConnections: settings.MAX_CONNECTIONS,
		addressLimit: settings.MAX_CONNECTIONS_PER_ADDRESS || null,
		isProduction: settings.PRODUCTION ?? false,
		tls,
	};
	if (config.isProduction && problems.length === 0) problems.push(...openAtTheNode(config));
	if (problems.length > 0) throw new ConfigError(problems);
	return config;
};
