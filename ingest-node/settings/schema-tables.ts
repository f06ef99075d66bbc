/**
 * All settings, one place each: name, kind, default, meaning. The environment and the configuration file are read by it, and
 * `docs/configuration.md` is made of it (`npm run docs`).
 */
import { z } from 'zod';

import { logLevels } from '../log.ts';
import { webRtcVideoCodecs } from '../protocols/webrtc/video-codecs.ts';
import { minPushInterval } from '../push-schedule.ts';
import { loopbackOnly, parsePullRule } from '../sources/pull-rule.ts';
import { webhookEvents } from '../webhooks/event.ts';
import { normally, optionally } from './about.ts';
import * as kinds from './kinds.ts';

/** Longest push interval, milliseconds. */
const maxPushInterval = 3_600_000;

/** Longest grace time of a node that ends, milliseconds. */
const maxDrainTime = 3_600_000;

/** Milliseconds. Shorter, and the sweep costs more than the writes; longer, and an archive is meant. */
const shortestRetention = 10_000;
const longestRetention = 400 * 86_400_000;

/** Bits per second: below, no picture worth looking at; above, RTP over one connection is the wrong tool. */
const minBitrate = 100_000;
const maxBitrate = 50_000_000;

const ports = (meaning: string) => ({ group: 'Ports', meaning }) as const;
const access = (meaning: string) => ({ group: 'Access', meaning, isSecret: true }) as const;
const open = (meaning: string) => ({ group: 'Access', meaning }) as const;
const control = (meaning: string) => ({ group: 'Control and operation', meaning }) as const;
const storage = (meaning: string) => ({ group: 'Object storage', meaning }) as const;
const webRtc = (meaning: string) => ({ group: 'WebRTC', meaning }) as const;
const webhook = (meaning: string) => ({ group: 'Webhooks', meaning }) as const;
const edge = (meaning: string) => ({ group: 'The edge', meaning }) as const;
const secret = { isSecret: true } as const;

export const schema = z.object({
	HOST: optionally(kinds.text, {
		...ports('address that the servers bind, except the control port'),
		normal: 'all',
	}),
	HTTP_PORT: normally(kinds.port, '8081', ports('`npm start`: REST and previews')),
	HTTPS_PORT: normally(kinds.port, '8444', ports('`npm start`: the same with TLS')),
	WS_PORT: normally(kinds.port, '8080', ports('browsers: WebSDK signalling, WHIP, WHEP, pages')),
	WSS_PORT: optionally(kinds.port, { ...ports('the same with TLS'), normal: '`8443` with a certificate, else off' }),
	WEBRTC_PORT: normally(kinds.port, '8890', ports('UDP: WebRTC media of all browsers')),
	RTMP_PORT: normally(kinds.port, '1935', ports('RTMP')),
	RTMPS_PORT: optionally(kinds.port, { ...ports('RTMP with TLS'), normal: 'off' }),
	RTSP_PORT: normally(kinds.port, '8554', ports('RTSP')),
	RTSPS_PORT: optionally(kinds.port, { ...ports('RTSP with TLS'), normal: '`8322` with a certificate, else off' }),
	CONTROL_PORT: normally(kinds.port, '8082', ports('health, metrics, the calls of the edge')),
	MAX_CONNECTIONS: normally(kinds.wholeNumber(1, 999_999), '1000', ports('connections of each media server')),
	MAX_CONNECTIONS_PER_ADDRESS: normally(
		kinds.wholeNumber(0, 999_999),
		'200',
		ports('connections of one address to each media server; `0`: as many as there are. This machine is exempt'),
	),
	TLS_CERT: optionally(kinds.text, {
		...ports('PEM file of the certificate for all ports with TLS'),
		normal: '`npm start` makes one',
	}),
	TLS_KEY: optionally(kinds.text, { ...ports('PEM file of its key'), normal: '`npm start` makes one' }),

	PRODUCTION: optionally(kinds.flag, {
		...open('`true`: nothing starts while anything is open that should not be: [security.md](security.md#production)'),
		normal: 'off; a deployed Worker: on',
	}),
	PUBLISH_TOKEN: optionally(kinds.text, {
		...access('what publishers have to know, over any protocol: [security.md](security.md)'),
		normal: 'none: anybody may publish',
	}),
	PLAY_TOKEN: optionally(kinds.text, {
		...access('what players have to know; who may publish may also play'),
		normal: 'none: anybody may play',
	}),
	STREAM_KEYS: optionally(
		kinds.text,
		access(
			'keys of single streams or patterns, a list or the name of a file with one: [security.md](security.md#stream-keys)',
		),
	),
	JWT_SECRET: optionally(
		kinds.strongSecret,
		access('JSON Web Tokens: the secret of HS256: [security.md](security.md#json-web-tokens)'),
	),
	JWT_JWKS_URL: optionally(
		kinds.exactUrl,
		open('JSON Web Tokens: where the public keys of RS256, ES256 and EdDSA are'),
	),
	JWT_AUDIENCE: optionally(kinds.printable, open('JSON Web Tokens: their `aud`; needed with `JWT_JWKS_URL`')),
	JWT_ISSUER: optionally(kinds.printable, open('JSON Web Tokens: their `iss`')),
	AUTH_HOOK_URL: optionally(
		kinds.exactUrl,
		access('who is asked whether somebody may publish or play: [security.md](security.md#the-hook)'),
	),
	PLAY_ACCESS: normally(
		kinds.oneOf(['open', 'closed']),
		'closed',
		open('`open`: everybody may play, whatever else is set; `closed`: as the settings above have it'),
	),
	AUTH_FAILURES: normally(
		kinds.wholeNumber(0, 999_999),
		'20',
		open(
			'wrong credentials that an address may show at once, and again over each minute, before it has to wait; `0`: any number',
		),
	),
	OPERATOR_TOKEN: optionally(kinds.strongSecret, {
		...access('bearer token for `/health` and `/metrics`: [metrics.md](metrics.md)'),
		normal: 'none: this machine only',
	}),
	CONTROL_KEY: optionally(kinds.strongSecret, {
		...access("signs the edge's calls for a fresher keyframe: [control.md](control.md)"),
		normal: '`npm start` makes one',
	}),
	CONTROL_KEY_PREVIOUS: optionally(
		kinds.strongSecret,
		access('a second one that the ingest node accepts, while the key is being changed'),
	),

	PUSH_INTERVAL: normally(
		kinds.duration(minPushInterval, maxPushInterval, '1.1s to 1h is needed, such as 2s or 1500ms'),
		'2s',
		{ group: 'Streams', meaning: "least time between two writes of a stream's keyframe, `1.1s` to `1h`" },
	),

	HISTORY_RETENTION: optionally(kinds.duration(shortestRetention, longestRetention, '10s to 400d is needed'), {
		...{
			group: 'Streams',
			meaning:
				'how long keyframes are kept for pictures of the past, `10s` to `400d`; what that costs: [object-storage.md](object-storage.md#kept-keyframes)',
		},
		normal: 'none are kept',
	}),
	HISTORY_INTERVAL: normally(kinds.duration(1000, 3_600_000, '1s to 1h is needed').transform(Math.round), '10s', {
		group: 'Streams',
		meaning: 'the first keyframe of every such interval is kept, `1s` to `1h`',
	}),
	HISTORY_SWEEP: normally(kinds.oneOf(['on', 'off']), 'on', {
		group: 'Streams',
		meaning:
			'`off`: the node deletes no keyframes that are too old, because a lifecycle rule of the bucket does: [object-storage.md](object-storage.md#what-deletes-them)',
	}),

	DATA_DIR: normally(kinds.text, '.data', storage('`npm start`: objects and the self-signed certificate')),
	STORE_DIR: optionally(
		kinds.text,
		storage(
			'directory for the objects, instead of a bucket, for what runs on the same machine: [object-storage.md](object-storage.md#a-directory)',
		),
	),
	S3_ENDPOINT: optionally(kinds.serviceUrl, storage('URL of the service: [object-storage.md](object-storage.md)')),
	S3_BUCKET: optionally(kinds.bucket, storage('the bucket')),
	S3_REGION: normally(kinds.region, 'auto', storage('its region')),
	S3_ACCESS_KEY_ID: optionally(kinds.printable, { ...storage('who we are'), ...secret }),
	S3_SECRET_ACCESS_KEY: optionally(kinds.printable, { ...storage('what proves it'), ...secret }),
	S3_SESSION_TOKEN: optionally(kinds.printable, { ...storage('for temporary credentials'), ...secret }),

	CONTROL_URL: optionally(kinds.httpUrl, {
		...control('where the edge reaches the control port; another one for each node'),
		normal: "the control port's; none with S3",
	}),
	CONTROL_HOST: normally(kinds.text, '127.0.0.1', control('address that the control port binds')),
	EDGE_URL: optionally(kinds.httpUrl, {
		...control('REST API, where the node asks for the snapshots of WebSDK clients'),
		normal: "`npm start`: the edge's",
	}),
	WORKERS: normally(
		kinds.workers,
		'1',
		control(
			'processes of the node, or `auto`: one for each core: [architecture.md](architecture.md#several-ingest-processes)',
		),
	),
	DRAIN_TIME: normally(
		kinds.duration(0, maxDrainTime, '0s to 1h is needed'),
		'0s',
		control('grace that publishers have after `SIGTERM`: [architecture.md](architecture.md#how-a-node-ends)'),
	),
	EDGE_TOKEN: optionally(kinds.printable, {
		...control('API token for these, where the edge wants one: [security.md](security.md#the-rest-api)'),
		...{ normal: '`npm start` makes one', isSecret: true },
	}),
	LOG_LEVEL: normally(kinds.oneOf(logLevels), 'info', control('`debug`, `info`, `warn` or `error`')),

	ANNOUNCED_ADDRESS: optionally(kinds.addresses, {
		...webRtc('IP addresses under which browsers reach `WEBRTC_PORT`, behind a NAT: [webrtc.md](webrtc.md#media)'),
		normal: "this machine's",
	}),
	WEBRTC_BITRATE: normally(
		kinds.bitrate(minBitrate, maxBitrate, '100k to 50M is needed, such as 2500k or 2.5M'),
		'2500k',
		webRtc('bits per second that a publisher may send'),
	),
	WEBRTC_CODECS: normally(
		kinds.someOf(webRtcVideoCodecs),
		webRtcVideoCodecs.join(' '),
		webRtc('what publishers may send, best first'),
	),
	TURN_URLS: optionally(kinds.iceUris, webRtc('STUN and TURN servers for browsers')),
	TURN_USERNAME: optionally(kinds.printable, webRtc('user there, with `TURN_CREDENTIAL`')),
	TURN_CREDENTIAL: optionally(kinds.printable, { ...webRtc('password there'), ...secret }),
	TURN_SECRET: optionally(kinds.text, { ...webRtc('instead: the secret for credentials that run out'), ...secret }),

	RTSP_UDP_PORTS: optionally(kinds.portRange, {
		...{
			group: 'RTSP',
			meaning: 'ports for media over UDP, of publishers and cameras, such as `20000-20999`: [rtsp.md](rtsp.md#pushing)',
		},
		normal: 'any free ones',
	}),
	RTSP_SOURCES: optionally(kinds.text, {
		...{
			group: 'RTSP',
			meaning:
				'cameras that are pulled, always or on demand: a list, or the name of a file with one: [rtsp.md](rtsp.md)',
		},
		isSecret: true,
	}),
	RTSP_PULL_ALLOW: normally(
		kinds.kind(
			'addresses, networks (10.0.0.0/8) and host names are needed, or *',
			(text) => parsePullRule(text) ?? undefined,
		),
		loopbackOnly,
		{ group: 'RTSP', meaning: 'hosts that REST callers may have pulled' },
	),
	RTSP_IDLE_TIMEOUT: normally(kinds.duration(1000, Number.POSITIVE_INFINITY, 'at least 1s is needed'), '60s', {
		...{ group: 'RTSP', meaning: 'time without a request after which a camera on demand is let go' },
	}),

	WEBHOOK_URLS: optionally(kinds.httpUrls, {
		...webhook('where events are sent: [webhooks.md](webhooks.md)'),
		...{ normal: 'none: nothing is sent', isSecret: true },
	}),
	WEBHOOK_SECRETS: optionally(kinds.webhookSecrets, {
		...webhook('what signs them: `whsec_` and 24 to 64 bytes in base64. Two while one is being changed'),
		isSecret: true,
	}),
	WEBHOOK_EVENTS: normally(kinds.someOf(webhookEvents), webhookEvents.join(' '), webhook('what is sent')),
	WEBHOOK_SNAPSHOT_INTERVAL: normally(
		kinds.duration(1000, 86_400_000, '1s to 24h is needed, such as 60s'),
		'60s',
		webhook('least time between two `snapshot.created` of a stream'),
	),
	WEBHOOK_ALLOW: optionally(
		kinds.kind(
			'addresses, networks (10.0.0.0/8) and host names are needed, or *',
			(text) => parsePullRule(text) ?? undefined,
		),
		{ ...webhook('receivers outside of the public internet'), normal: 'none' },
	),
	WEBHOOK_DEAD_LETTERS: optionally(kinds.text, {
		...webhook('file for events that could not be delivered, JSON lines'),
		normal: 'the log',
	}),
	PREVIEW_URL: optionally(kinds.serviceUrl, {
		...webhook('where receivers find previews, for `url` in events'),
		normal: '`EDGE_URL`',
	}),

	SNAPSHOT_MAX_AGE: optionally(kinds.text, {
		...edge('seconds that a keyframe may be old before a `POST` without `maxAge` asks for a fresher one'),
		normal: '`1`; WebRTC: `0`',
	}),
	PREVIEW_KEYS: optionally(kinds.text, {
		...edge('keys of signed preview URLs: [preview.md](preview.md#signed-urls)'),
		...{ normal: 'none: public', isSecret: true },
	}),
	PREVIEW_ACCESS: optionally(kinds.oneOf(['open']), edge('`open`: previews are public on purpose, also in production')),
	API_TOKENS: optionally(kinds.apiTokens, {
		...edge('tokens of the REST API, `name:scopes:hash` separated by commas: [security.md](security.md#the-rest-api)'),
		...{ normal: 'none: everybody', isSecret: true },
	}),
	RATE_LIMIT: optionally(kinds.positiveNumber(100_000), {
		...edge('requests of a token or an address in a second: [security.md](security.md#rate-limits)'),
		normal: 'none; 100 in production',
	}),
	LOG_REQUESTS: optionally(kinds.text, { ...edge('`1`: each request is logged'), normal: 'off' }),
	CONTROL_HOSTS: optionally(kinds.text, {
		...edge('deployed Worker: hosts of ingest nodes that it may call, separated by commas'),
		normal: 'all',
	}),
});

export type SettingName = keyof typeof schema.shape;

/** What the settings say. */
export type Settings = z.output<typeof schema>;
