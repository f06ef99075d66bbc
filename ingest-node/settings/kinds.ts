/** Kinds of settings: what a text has to be, and what becomes of it. */
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { parseApiTokens } from '../../src/shared/api-token.ts';
import { isSecret, secretRule } from '../../src/shared/control/key.ts';
import { isOff, isOn } from '../../src/shared/production.ts';
import type { PortRange } from '../servers/udp-port-pair.ts';
import { isWebhookSecret } from '../webhooks/signature.ts';

/** A port to bind; `null`: off; 0: any free one. */
export type Port = number | null;

/** @param parse `undefined` for a text that will not do; then `need` says what would */
export const kind = <T>(need: string, parse: (text: string) => T | undefined) =>
	z.string().transform((text, context): T => {
		const value = parse(text);
		if (value !== undefined) return value;
		context.addIssue({ code: 'custom', message: need });
		return z.NEVER;
	});

const matching = (pattern: RegExp, need: string) => kind(need, (text) => (pattern.test(text) ? text : undefined));

export const text = z.string();

export const port = kind('a port from 1 to 65535, 0 (off) or auto is needed', (value): Port | undefined => {
	if (value === 'auto') return 0;
	const number = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN;
	if (!(number <= 65_535)) return undefined;
	return number === 0 ? null : number;
});

const unitMilliseconds: Readonly<Record<string, number>> = {
	...{ ms: 1, '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 },
};

/** Milliseconds of a duration such as `2`, `1.5s`, `1500ms`, `1m` or `7d`; `null` when it is none. */
export const parseDuration = (value: string): number | null => {
	const [, number, unit = ''] = /^([0-9]+(?:\.[0-9]+)?) ?(ms|s|m|h|d)?$/.exec(value) ?? [];
	const factor = unitMilliseconds[unit];
	return number === undefined || factor === undefined ? null : Number(number) * factor;
};

/** Milliseconds. */
export const duration = (least: number, most: number, need: string) =>
	kind(need, (value) => {
		const milliseconds = parseDuration(value) ?? Number.NaN;
		return milliseconds >= least && milliseconds <= most ? milliseconds : undefined;
	});

/** Bits per second. */
export const bitrate = (least: number, most: number, need: string) =>
	kind(need, (value) => {
		const [, number = '', unit = ''] = /^([0-9]+(?:\.[0-9]+)?)([kM]?)$/.exec(value) ?? [];
		const bits = number === '' ? Number.NaN : Number(number) * (unit === 'M' ? 1e6 : unit === 'k' ? 1000 : 1);
		return bits >= least && bits <= most ? bits : undefined;
	});

export const wholeNumber = (least: number, most: number) =>
	kind(`${least} to ${most} is needed`, (value) => {
		const number = /^[0-9]{1,9}$/.test(value) ? Number(value) : Number.NaN;
		return number >= least && number <= most ? number : undefined;
	});

/** Processes at a time: each has memory and threads of its own. */
const maxWorkers = 64;

export const workers = kind(`1 to ${maxWorkers} or auto is needed`, (value) => {
	const number = value === 'auto' ? availableParallelism() : /^[0-9]{1,3}$/.test(value) ? Number(value) : Number.NaN;
	return number >= 1 && number <= maxWorkers ? number : undefined;
});

/** @param most greatest, 0 is not one of them */
export const positiveNumber = (most: number) =>
	kind(`a number above 0, ${most} at most, is needed`, (value) => {
		const number = /^[0-9]{1,9}(\.[0-9]{1,3})?$/.test(value) ? Number(value) : Number.NaN;
		return number > 0 && number <= most ? number : undefined;
	});

/** A switch. */
export const flag = kind('true or false is needed', (value) => {
	if (isOn(value)) return true;
	return isOff(value) ? false : undefined;
});

export const oneOf = <T extends string>(values: readonly T[]) =>
	kind(`one of ${values.join(', ')} is needed`, (value) => values.find((known) => known === value));

/** Words between blanks and commas. */
const wordsOf = (value: string): string[] => value.split(/[ ,]+/).filter((word) => word !== '');

export const listOf = (need: string, isGood: (word: string) => boolean) =>
	kind(need, (value): readonly string[] | undefined => {
		const words = wordsOf(value);
		return words.every(isGood) ? words : undefined;
	});

export const someOf = <T extends string>(values: readonly T[]) =>
	kind(`some of ${values.join(', ')} are needed`, (value): readonly T[] | undefined => {
		const words = wordsOf(value.toLowerCase());
		const known = words.map((word) => values.find((candidate) => candidate === word));
		return words.length > 0 && known.every((word) => word !== undefined) ? (known as T[]) : undefined;
	});

export const addresses = listOf('IP addresses are needed', (word) => isIP(word) !== 0);

// RFC 7064, RFC 7065
const iceUri = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?$/i;
export const iceUris = listOf('turn:host:port?transport=udp or the like is needed', (word) => iceUri.test(word));

/** Below are the ports of the system's own services. */
const lowestPort = 1024;

export const portRange = kind(
	'a range of three ports or more is needed, such as 20000-20999',
	(value): PortRange | undefined => {
		const [, first = '', last = ''] = /^([0-9]{1,5}) ?- ?([0-9]{1,5})$/.exec(value) ?? [];
		const range = { first: Number(first), last: Number(last) };
		const isRange = first !== '' && range.first >= lowestPort && range.last <= 65_535 && range.last - range.first >= 2;
		return isRange ? range : undefined;
	},
);

const isHttpUrl = (value: string): boolean => {
	const url = URL.canParse(value) ? new URL(value) : null;
	return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '' && value.length <= 1000;
};

/** An address as it was given: a slash at its end may mean something there. */
export const exactUrl = kind('an http or https URL without credentials is needed', (value) =>
	isHttpUrl(value) ? new URL(value).href : undefined,
);

/** An address behind which paths are put: without a slash at its end. */
export const httpUrl = kind('an http or https URL without credentials is needed', (value) =>
	isHttpUrl(value) ? new URL(value).href.replace(/\/+$/, '') : undefined,
);

export const httpUrls = listOf('http or https URLs without credentials are needed', isHttpUrl);

/** The same without a query: paths are put behind it. */
export const serviceUrl = httpUrl.refine(
	(value) => !/[?#]/.test(value),
	'a URL without a query is needed, such as https://ACCOUNT.r2.cloudflarestorage.com',
);

/** A secret that cannot be guessed. */
export const strongSecret = kind(`${secretRule} are needed`, (value) => (isSecret(value) ? value : undefined));

export const webhookSecrets = listOf(
	'secrets such as whsec_ with 24 to 64 bytes in base64 are needed',
	isWebhookSecret,
);

/** API tokens of the edge. The text stays: the edge reads it itself. */
export const apiTokens = kind('name:scopes:hash, as `livestill token` prints it, is needed', (value) =>
	parseApiTokens(value).problems.length === 0 ? value : undefined,
);

/** What HTTP headers and JSON carry unchanged. */
export const printable = matching(/^[\x20-\x7e]{1,4096}$/, 'printable ASCII is needed');

// AWS and R2 are stricter (lower case), Ceph and older buckets are not. A bucket is one segment of the URL's path.
export const bucket = matching(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, "a bucket's name is needed");
export const region = matching(/^[A-Za-z0-9-]{1,64}$/, "a region's name is needed");
