import type { RateLimitBinding } from './access/rate-limit.ts';
import { type ApiToken, parseApiTokens } from './shared/api-token.ts';
import { isSecret } from './shared/control/key.ts';
import { parsePreviewKeys } from './shared/preview/keys.ts';
import { isOff, openAtTheEdge } from './shared/production.ts';

/** What `wrangler.toml` binds to the Worker. */
export interface Env {
	/** The keyframe objects. */
	readonly KEYFRAMES: R2Bucket;
	/** Megabytes of finished pictures that an isolate keeps in its memory, 8 unless set. */
	readonly PICTURE_MEMORY_MB?: string;
	/** Secret that signs calls to ingest nodes; without it none are made. */
	readonly CONTROL_KEY?: string;
	/** Hosts of ingest nodes that may be called, separated by commas; all unless set. */
	readonly CONTROL_HOSTS?: string;
	/** Seconds that a keyframe may be old before a `POST` without `maxAge` asks for a fresher one. */
	readonly SNAPSHOT_MAX_AGE?: string;
	/** Keys of signed preview URLs, `id:secret` separated by commas; previews are public unless set. */
	readonly PREVIEW_KEYS?: string;
	/** `1`: one line of log for each request. */
	readonly LOG_REQUESTS?: string;
	/** Bearer token of operators, for `/metrics`; without it there is no such path. */
	readonly OPERATOR_TOKEN?: string;
	/** Anything but nothing, `0`, `false`, `no` and `off`: nothing is served while anything is open that should not be. */
	readonly PRODUCTION?: string;
	/** `name:scopes:hash` separated by commas; everybody may use the REST API unless set. */
	readonly API_TOKENS?: string;
	/** `open`: previews are public on purpose. */
	readonly PREVIEW_ACCESS?: string;
	/** Requests of a token or an address in a second; as many as they like unless set, 100 in production. */
	readonly RATE_LIMIT?: string;
	/** Counts them for a whole data centre, when there is such a binding. */
	readonly RATE_LIMITER?: RateLimitBinding;
	/** Where each request becomes a data point, when there is such a binding. */
	readonly REQUESTS?: AnalyticsEngineDataset;
}

type Variables = Omit<Env, 'KEYFRAMES'>;

/** The variables of {@link Env}, read and checked. */
export interface Config {
	/** Bytes. */
	readonly pictureMemory: number;
	/** `undefined`: no calls to ingest nodes. */
	readonly controlKey: string | undefined;
	readonly controlHosts: string | undefined;
	/** Milliseconds; `undefined`: what suits the protocol. */
	readonly refreshAge: number | undefined;
	/** Secrets by key id; `null`: previews are public. */
	readonly previewKeys: ReadonlyMap<string, string> | null;
	readonly logRequests: boolean;
	/** `undefined`: nobody may see metrics. */
	readonly operatorToken: string | undefined;
	/** `null`: everybody may use the REST API. */
	readonly apiTokens: readonly ApiToken[] | null;
	/** Requests in a second; `null`: as many as they like. */
	readonly rateLimit: number | null;
	/** What has to be set before anything is served, one line each. */
	readonly obstacles: readonly string[];
}

// Two PNGs of a busy 1080p frame; an isolate has 128 MB, most of which a decode may need.
const defaultMegabytes = 8;

// A wall asks for each picture that is to be seen once in a keyframe interval: forty in a second on a large screen, and an office
// behind one address may have two of them.
const productionRate = 100;

/** `null`: there is no limit. */
const parseRate = (text: string, isProduction: boolean): number | null => {
	const rate = /^[0-9]{1,6}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : Number.NaN;
	return rate > 0 ? rate : isProduction ? productionRate : null;
};

/** Who has set it has meant something by it: `ture` is no reason to serve everybody everything. */
const isProductionMode = (text = ''): boolean => text.trim() !== '' && !isOff(text);

/** A variable that makes no sense counts as not set: a Worker that runs is better than one that complains. */
export const readConfig = (env: Variables): Config => {
	const { PICTURE_MEMORY_MB = '', CONTROL_KEY = '', CONTROL_HOSTS, SNAPSHOT_MAX_AGE = '' } = env;
	const { PREVIEW_KEYS = '', OPERATOR_TOKEN = '', API_TOKENS = '', RATE_LIMIT = '' } = env;
	const isProduction = isProductionMode(env.PRODUCTION);
	const megabytes = /^[0-9]{1,4}$/.test(PICTURE_MEMORY_MB) ? Number(PICTURE_MEMORY_MB) : defaultMegabytes;
	return {
		pictureMemory: megabytes * 1024 * 1024,
		controlKey: isSecret(CONTROL_KEY) ? CONTROL_KEY : undefined,
		controlHosts: CONTROL_HOSTS,
		refreshAge: /^[0-9]{1,5}(\.[0-9]{1,3})?$/.test(SNAPSHOT_MAX_AGE) ? Number(SNAPSHOT_MAX_AGE) * 1000 : undefined,
		// Here and with the tokens what makes no sense is not left out: a key that was set and does not work lets nobody in.
		previewKeys: parsePreviewKeys(PREVIEW_KEYS)?.keys ?? null,
		logRequests: env.LOG_REQUESTS === '1',
		operatorToken: isSecret(OPERATOR_TOKEN) ? OPERATOR_TOKEN : undefined,
		apiTokens: API_TOKENS.trim() === '' ? null : parseApiTokens(API_TOKENS).tokens,
		rateLimit: parseRate(RATE_LIMIT, isProduction),
		obstacles: isProduction ? openAtTheEdge(env) : [],
	};
};
