/**
 * Whether a bucket can be used at all, tried out: credentials, conditional writes, and how it wants its ETags. A service
 * that ignores conditions looks healthy until the first time two nodes meet.
 */
import { randomUUID } from 'node:crypto';
import { StoreError } from './port.ts';
import { failureOf } from './s3-answer.ts';
import { type EtagStyle, formatEtag, parseEtag } from './s3-etag.ts';
import type { S3Requests, S3Response } from './s3-requests.ts';

/** The bucket, or what we may do in it, is not what livestill needs; it will not get better by itself. */
export class UnfitStoreError extends Error {}

const limit = 65_536;

const refusals: Readonly<Record<string, string>> = {
	AccessDenied: 'the credentials may not write there',
	InvalidAccessKeyId: 'S3_ACCESS_KEY_ID is not known there',
	SignatureDoesNotMatch: 'S3_SECRET_ACCESS_KEY is wrong, or S3_REGION is',
	AuthorizationHeaderMalformed: 'S3_REGION is wrong',
	NoSuchBucket: 'there is no such bucket',
	InvalidBucketName: 'this is no name of a bucket',
	PermanentRedirect: 'the bucket is elsewhere: S3_ENDPOINT is wrong',
};

/**
 * Writes, overwrites and deletes one object below `probe/`.
 *
 * @returns how `If-Match` has to be written
 * @throws UnfitStoreError, or StoreError when the service does not answer as it should at the moment
 */
export const checkS3 = async ({ send }: S3Requests): Promise<EtagStyle> => {
	const key = `probe/${randomUUID()}`;
	const put = (text: string, headers: Record<string, string>): Promise<S3Response> =>
		send({ method: 'PUT', key, headers, body: Buffer.from(text), limit });

	const expectWritten = (response: S3Response): void => {
		if (response.status === 200) return;
		const { code, error } = failureOf(`put ${key}`, response);
		const why = refusals[code];
		throw why === undefined ? error : new UnfitStoreError(`Object storage: ${why} (${response.status} ${code}).`);
	};
	const expectRefused = ({ status }: S3Response, header: string): void => {
		if (status === 200 || status === 501)
			throw new UnfitStoreError(
				`Object storage: the service does not honour ${header} when it writes (${status}). Two nodes could overwrite each other.`,
			);
		if (status !== 412 && status !== 409) throw new StoreError('unavailable', `put ${key} with ${header}: ${status}`);
	};

	const first = await put('1', { 'if-none-match': '*' });
	if (first.status === 501) expectRefused(first, 'If-None-Match');
	expectWritten(first);
	try {
		const etag = parseEtag(first.headers.etag);
		if (etag === null) throw new UnfitStoreError('Object storage: the service gives no strong ETag.');
		expectRefused(await put('2', { 'if-none-match': '*' }), 'If-None-Match');
		const stale = `${etag[0] === '0' ? '1' : '0'}${etag.slice(1)}`;
		for (const style of ['quoted', 'bare'] as const) {
			expectRefused(await put('3', { 'if-match': formatEtag(stale, style) }), 'If-Match');
			const { status } = await put('4', { 'if-match': formatEtag(etag, style) });
			if (status === 200) return style;
			if (status !== 412) throw new StoreError('unavailable', `put ${key} with If-Match: ${status}`);
		}
		throw new UnfitStoreError('Object storage: the service takes no ETag of its own in If-Match.');
	} finally {
		await send({ method: 'DELETE', key, limit }).catch(() => {});
	}
};
