/** An {@link ObjectStore} over S3: R2's S3 endpoint, AWS, Ceph. `docs/object-storage.md` */
import { limits } from '../../src/shared/limits.ts';
import { type ObjectStore, type PutCondition, type StoredHead, StoreError } from './port.ts';
import { failureOf } from './s3-answer.ts';
import { type EtagStyle, formatEtag, parseEtag } from './s3-etag.ts';
import { deleteRequest, failedDelete, listRequest, readKeyPage } from './s3-keys.ts';
import type { S3Requests, S3Response } from './s3-requests.ts';

const metaPrefix = 'x-amz-meta-';

const invalid = (what: string, why: string): never => {
	throw new StoreError('unavailable', `${what}: the answer ${why}`);
};

const etagIn = (what: string, { headers }: S3Response): string =>
	parseEtag(headers.etag) ?? invalid(what, 'has no ETag that can be compared');

const headIn = (what: string, response: S3Response): StoredHead => {
	const metadata: Record<string, string> = {};
	for (const [name, value] of Object.entries(response.headers))
		if (name.startsWith(metaPrefix))
			metadata[name.slice(metaPrefix.length)] =
				typeof value === 'string' ? value : invalid(what, `has ${name} more than once`);
	return { etag: etagIn(what, response), metadata };
};

/** An empty header is refused by some services and dropped by others; readers take an absent entry for an empty one. */
const metadataHeaders = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
	Object.fromEntries(
		Object.entries(metadata).flatMap(([key, value]) => (value === '' ? [] : [[metaPrefix + key, value]])),
	);

export interface S3Store extends ObjectStore {
	/** Form of the ETag in `If-Match`. */
	etagStyle: EtagStyle;
}

export const createS3Store = ({ send }: S3Requests): S3Store => {
	const conditionHeader = (condition: PutCondition): Record<string, string> =>
		condition === 'absent' ? { 'if-none-match': '*' } : { 'if-match': formatEtag(condition.etag, store.etagStyle) };

	const read = async <T>(method: 'GET' | 'HEAD', key: string, use: (what: string, response: S3Response) => T) => {
		const what = `${method.toLowerCase()} ${key}`;
		const response = await send({ method, key, limit: limits.keyframeBytes });
		if (response.status === 200) return use(what, response);
		const failure = failureOf(what, response);
		if (response.status === 404 && failure.isAboutKey) return null;
		throw failure.error;
	};

	const store: S3Store = {
		etagStyle: 'quoted',
		get: (key) => read('GET', key, (what, response) => ({ ...headIn(what, response), body: response.body })),
		head: (key) => read('HEAD', key, headIn),
		put: async (key, { body, contentType, metadata }, condition) => {
			const what = `put ${key}`;
			const headers = { ...metadataHeaders(metadata), ...conditionHeader(condition), 'content-type': contentType };
			const response = await send({ method: 'PUT', key, headers, body, limit: limits.requestBodyBytes });
			if (response.status === 200) return etagIn(what, response);
			const failure = failureOf(what, response);
			// AWS says so when there is no object that `If-Match` could match.
			if (response.status === 404 && failure.isAboutKey)
				throw new StoreError('precondition-failed', `${what}: there is no object any more`);
			throw failure.error;
		},
		list: async (prefix, options) => {
			const what = `list ${prefix}`;
			const response = await send(listRequest(prefix, options));
			if (response.status !== 200) throw failureOf(what, response).error;
			return readKeyPage(response.body) ?? invalid(what, 'is no list of keys');
		},
		remove: async (keys) => {
			const what = `delete ${keys.length} objects`;
			const response = await send(deleteRequest(keys));
			if (response.status !== 200) throw failureOf(what, response).error;
			const code = failedDelete(response.body);
			if (code !== null) throw new StoreError('unavailable', `${what}: ${code}`);
		},
	};
	return store;
};
