/**
 * The environment, read once into a typed {@link Config}. Ports: a number, `0` for off, `auto` for any free one.
 * Durations: a number of seconds, or a number with `ms`, `s`, `m` or `h`.
 */
import { readFileSync } from 'node:fs';
import { isSecret, secretRule } from '../src/shared/control/key.ts';
import { minPushInterval } from './keyframe-writer.ts';
import { type LogLevel, logLevels } from './log.ts';
import { type RtspConfig, readRtspConfig } from './rtsp-config.ts';
import { readSourcesConfig, type SourcesConfig } from './sources/sources-config.ts';
import { readS3Config, type S3Config } from './store/s3-config.ts';
import { readTurnConfig, type TurnConfig } from './turn-config.ts';
import { readWebRtcConfig, type WebRtcConfig } from './webrtc-config.ts';

/** A port to bind; `null`: off; 0: any free one. */
export type Port = number | null;

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
	/** `PUBLISH_TOKEN`: what publishers have to know; `undefined`: anybody may publish. */
	readonly publishToken: string | undefined;
	/** `PLAY_TOKEN`: what players have to know, this or the publishers' token; `undefined`: anybody may play. */
	readonly playToken: string | undefined;
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
	/** `S3_ENDPOINT` and the like; `undefined`: the parent process holds the objects. */
	readonly s3: S3Config | undefined;
	/** `LOG_LEVEL`: what is less important is not logged, `info`. */
	readonly logLevel: LogLevel;
	/** `PUSH_INTERVAL` in milliseconds, 2 s. */
	readonly pushInterval: number;
	/** `MAX_CONNECTIONS`: publishers at a time for each protocol server, 1000. */
	readonly maxConnections: number;
	/** `TLS_CERT` and `TLS_KEY`: names of PEM files. */
	readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/** All that is wrong with the environment, one problem a line. */
export class ConfigError extends Error {
	readonly problems: readonly string[];

	constructor(problems: readonly string[]) {
		super(problems.join('\n'));
		this.name = 'ConfigError';
		this.problems = problems;
	}
}

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, '': 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `2`, `1.5s`, `1500ms` or `1m`; `null` when it is none. */
export const parseDuration = (text: string): number | null => {
	const [, number, unit = ''] = /^([0-9]+(?:\.[0-9]+)?) ?(ms|s|m|h)?$/.exec(text) ?? [];
	const factor = unitMilliseconds[unit];
	return number === undefined || factor === undefined ? null : Number(number) * factor;
};

const maxPushInterval = 3_600_000;

/** @throws ConfigError with every problem that was found */
export const readConfig = (
	env: Readonly<Record<string, string | undefined>>,
	readFile: (name: string) => Buffer = (name) => readFileSync(name),
): Config => {
	const problems: string[] = [];
	const value = (name: string): string | undefined => env[name]?.trim() || undefined;

	const port = (name: string, normal: Port): Port => {
		const text = value(name);
		if (text === undefined) return normal;
		if (text === 'auto') return 0;
		const number = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
		if (!(number <= 65535)) problems.push(`${name} is "${text}": a port from 1 to 65535, 0 (off) or auto is needed.`);
		return number === 0 ? null : number;
	};

	const pushInterval = (): number => {
		const text = value('PUSH_INTERVAL') ?? '2s';
		const milliseconds = parseDuration(text) ?? Number.NaN;
		if (!(milliseconds >= minPushInterval && milliseconds <= maxPushInterval))
			problems.push(`PUSH_INTERVAL is "${text}": 1.1s to 1h is needed, such as 2s or 1500ms.`);
		return milliseconds;
	};

	const maxConnections = (): number => {
		const text = value('MAX_CONNECTIONS') ?? '1000';
		if (!/^[1-9][0-9]{0,5}$/.test(text)) problems.push(`MAX_CONNECTIONS is "${text}": 1 to 999999 is needed.`);
		return Number(text);
	};

	const logLevel = (): LogLevel => {
		const text = value('LOG_LEVEL') ?? 'info';
		const level = logLevels.find((known) => known === text);
		if (level === undefined) problems.push(`LOG_LEVEL is "${text}": one of ${logLevels.join(', ')} is needed.`);
		return level ?? 'info';
	};

	const url = (name: string): string | undefined => {
		const text = value(name);
		if (text === undefined) return undefined;
		const url = URL.canParse(text) ? new URL(text) : null;
		if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || text.length > 1000) {
			problems.push(`${name} is "${text}": an http or https URL without credentials is needed.`);
			return undefined;
		}
		return url.href.replace(/\/$/, '');
	};

	const secret = (name: string): string[] => {
		const text = value(name);
		// The message must not show it.
		if (text !== undefined && !isSecret(text)) problems.push(`${name}: ${secretRule} are needed.`);
		return text === undefined ? [] : [text];
	};

	const controlKeys = (): string[] => {
		const keys = [...secret('CONTROL_KEY'), ...secret('CONTROL_KEY_PREVIOUS')];
		if (value('CONTROL_KEY') === undefined && keys.length > 0)
			problems.push('CONTROL_KEY_PREVIOUS is set: CONTROL_KEY, its successor, is needed.');
		return keys;
	};

	const pem = (name: string): Buffer | undefined => {
		const file = value(name);
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
	if ((value('TLS_CERT') === undefined) !== (value('TLS_KEY') === undefined))
		problems.push('TLS_CERT and TLS_KEY go together: only one of them is set.');
	const rtmpsPort = port('RTMPS_PORT', null);
	if (rtmpsPort !== null && value('TLS_CERT') === undefined && value('TLS_KEY') === undefined)
		problems.push('RTMPS_PORT is set: TLS_CERT and TLS_KEY are needed.');
	const wssPort = port('WSS_PORT', cert && key ? 8443 : null);
	if (wssPort !== null && value('TLS_CERT') === undefined && value('TLS_KEY') === undefined)
		problems.push('WSS_PORT is set: TLS_CERT and TLS_KEY are needed.');

	const config: Config = {
		host: value('HOST'),
		rtmpPort: port('RTMP_PORT', 1935),
		rtmpsPort,
		rtsp: readRtspConfig({ value, port }, cert !== undefined && key !== undefined, problems),
		wsPort: port('WS_PORT', 8080),
		wssPort,
		webRtcPort: port('WEBRTC_PORT', 8890),
		webRtc: readWebRtcConfig(value, problems),
		sources: readSourcesConfig({ value, readFile, parseDuration, problems }),
		edgeUrl: url('EDGE_URL'),
		publishToken: value('PUBLISH_TOKEN'),
		playToken: value('PLAY_TOKEN'),
		turn: readTurnConfig(value, problems),
		controlPort: port('CONTROL_PORT', 8082),
		controlHost: value('CONTROL_HOST') ?? '127.0.0.1',
		operatorToken: secret('OPERATOR_TOKEN')[0],
		controlUrl: url('CONTROL_URL'),
		controlKeys: controlKeys(),
		s3: readS3Config(value, problems),
		logLevel: logLevel(),
		pushInterval: pushInterval(),
		maxConnections: maxConnections(),
		tls: cert && key ? { cert, key } : undefined,
	};
	if (problems.length > 0) throw new ConfigError(problems);
	return config;
};
