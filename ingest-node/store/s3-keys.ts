/**
 * Lists of keys and deletion of many, as S3 has them: ListObjectsV2 and DeleteObjects.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, API_DeleteObjects.html
 */
import { createHash } from 'node:crypto';
import type { HistoryKey } from '../../src/shared/history-key.ts';
import { type KeyPage, mostKeys } from './port.ts';
import type { S3Request } from './s3-requests.ts';

/** Bytes of a list: a key has 1,024 at most, what is said of it about 300. */
const listLimit = mostKeys * 1500;

export const listRequest = (
	prefix: string,
	{ after, limit }: { readonly after?: string | undefined; readonly limit: number },
): S3Request => ({
	method: 'GET',
	key: '',
	query: {
		...{ 'list-type': '2', 'max-keys': String(limit), prefix },
		...(after !== undefined && { 'start-after': after }),
	},
	limit: listLimit,
});

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

// Keys of ours have nothing to escape; a stranger's key must not be taken for one.
const unescaped = (text: string): string =>
	text.replace(/&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
		if (name !== undefined) return entities[name] ?? whole;
		const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
		return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
	});

/** Keys and whether there are more, out of the answer's XML; `null` when it is no such answer. */
export const readKeyPage = (body: Uint8Array): KeyPage | null => {
	const xml = Buffer.from(body).toString('utf8');
	const [, truncated] = /<IsTruncated>(true|false)<\/IsTruncated>/.exec(xml) ?? [];
	if (truncated === undefined || !xml.includes('<ListBucketResult')) return null;
	const contents = xml.matchAll(/<Contents>(.*?)<\/Contents>/gs);
	const keys = [...contents].map(([, content = '']) => /<Key>([^<]*)<\/Key>/.exec(content)?.[1]);
	return keys.includes(undefined)
		? null
		: { keys: keys.map((key = '') => unescaped(key)), isTruncated: truncated === 'true' };
};

export const deleteRequest = (keys: readonly HistoryKey[]): S3Request => {
	const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('');
	const body = Buffer.from(`<Delete><Quiet>true</Quiet>${objects}</Delete>`);
	return {
		method: 'POST',
		key: '',
		query: { delete: '' },
		// Some services insist on it.
		headers: { 'content-md5': createHash('md5').update(body).digest('base64'), 'content-type': 'application/xml' },
		body,
		limit: listLimit,
	};
};

/** Code of the first object that could not be deleted, or `null`. The answer names none but those. */
export const failedDelete = (body: Uint8Array): string | null => {
	const xml = Buffer.from(body).toString('latin1');
	if (!/<Error>/.test(xml)) return null;
	return /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(xml)?.[1] ?? 'no reason';
};
