/** What the S3 adapter makes of a service that fails, lies or does not answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createS3Store } from '../../ingest-node/store/s3.ts';
import { checkS3, UnfitStoreError } from '../../ingest-node/store/s3-check.ts';
import { createS3Requests } from '../../ingest-node/store/s3-requests.ts';
import { limits } from '../../src/shared/limits.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { answer, errorAnswer, type HostileS3, hostileCredentials, startHostileS3 } from './support/hostile-s3.ts';

const key = liveKey(parseStreamName('abc'));
const object = { body: Buffer.from('keyframe'), contentType: 'video/h264', metadata: { format: '1', node: '' } };
const etag = { etag: '"0123456789abcdef0123456789abcdef"' };
const timeout = 400;

let hostile: HostileS3;
beforeEach(async () => {
	hostile = await startHostileS3({ timeout });
});
afterEach(() => hostile.stop());

/** `failure` and message of a call that must fail, which must not tell a secret. */
const failed = async (call: Promise<unknown>): Promise<string> => {
	const error: unknown = await call.then(
		() => new Error('it did not fail'),
		(error: unknown) => error,
	);
	const { name, failure, message, stack, cause } = error as Error & { failure: string };
	for (const secret of Object.values(hostileCredentials))
		expect(`${message} ${stack} ${JSON.stringify(error)} ${JSON.stringify(cause)}`).not.toContain(secret);
	expect(name).toBe('StoreError');
	return `${failure}: ${message}`;
};

describe('a PUT that is refused', () => {
	it.each([
		[412, 'PreconditionFailed', 'precondition-failed'],
		[404, 'NoSuchKey', 'precondition-failed'],
		[404, 'NoSuchBucket', 'unavailable'],
		[409, 'ConditionalRequestConflict', 'unavailable'],
		[429, 'TooManyRequests', 'throttled'],
		[503, 'SlowDown', 'throttled'],
		[503, 'Whatever', 'unavailable'],
		[500, 'InternalError', 'unavailable'],
		[502, '', 'unavailable'],
		[507, 'InsufficientStorage', 'unavailable'],
		[403, 'SignatureDoesNotMatch', 'unavailable'],
		[301, 'PermanentRedirect', 'unavailable'],
	])('%i %s is %s', async (status, code, failure) => {
		hostile.behave(errorAnswer(status, code));
		const call = hostile.store.put(key, object, { etag: 'e' });
		expect((await failed(call)).split(':')[0]).toBe(failure);
		// One attempt: what is written next is the newest keyframe's business, not this one's.
		expect(hostile.count).toBe(1);
	});
});

describe('a PUT', () => {
	it('is signed, hashed and conditional, and sends no empty header', async () => {
		const seen: unknown[] = [];
		hostile.behave((request, response) => {
			seen.push([request.method, request.url, request.headers]);
			answer(200, etag)(request, response);
		});
		hostile.store.etagStyle = 'quoted';
		await hostile.store.put(key, object, { etag: 'e1' });
		await hostile.store.put(key, object, 'absent');
		expect(seen).toMatchObject([
			['PUT', '/bucket/live/abc', { 'if-match': '"e1"', 'x-amz-meta-format': '1', 'content-type': 'video/h264' }],
			['PUT', '/bucket/live/abc', { 'if-none-match': '*', 'content-length': '8' }],
		]);
		const headers = (seen[0] as [string, string, Record<string, string>])[2];
		expect(headers['x-amz-meta-node']).toBeUndefined();
		expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDHOSTILE\/\d{8}\/auto\/s3\/aws4_request, /);
		expect(headers.authorization).toMatch(
			/SignedHeaders=host;if-match;x-amz-content-sha256;x-amz-date;x-amz-meta-format/,
		);
	});
});

describe('ETags', () => {
	it.each([
		['"abc"', 'abc'],
		['abc', 'abc'],
		['"d41d8cd98f00b204e9800998ecf8427e-3"', 'd41d8cd98f00b204e9800998ecf8427e-3'],
	])('%s is taken', async (header, expected) => {
		hostile.behave(answer(200, { etag: header }));
		expect(await hostile.store.put(key, object, 'absent')).toBe(expected);
	});

	it.each([['W/"abc"'], ['"a", "b"'], ['""'], ['"a'], ['a b'], ['*,']])('%s is none', async (header) => {
		hostile.behave(answer(200, { etag: header }));
		expect(await failed(hostile.store.put(key, object, 'absent'))).toContain('no ETag');
		expect(await failed(hostile.store.head(key))).toContain('no ETag');
	});
});

describe('a read', () => {
	it('finds nothing, or no bucket', async () => {
		hostile.behave(errorAnswer(404, 'NoSuchKey'));
		expect(await hostile.store.get(key)).toBeNull();
		expect(await hostile.store.head(key)).toBeNull();
		hostile.behave(errorAnswer(404, 'NoSuchBucket'));
		expect(await failed(hostile.store.get(key))).toBe('unavailable: get live/abc: 404 NoSuchBucket');
	});

	it('refuses metadata that is given twice', async () => {
		hostile.behave(answer(200, { ...etag, 'x-amz-meta-node': ['http://a', 'http://b'] }));
		expect(await failed(hostile.store.head(key))).toContain('has x-amz-meta-node more than once');
	});

	it('takes no body beyond the limit, announced or not', async () => {
		hostile.behave(answer(200, { ...etag, 'content-length': String(limits.keyframeBytes + 1) }));
		expect(await failed(hostile.store.get(key))).toContain(`${limits.keyframeBytes + 1} bytes`);
		const before = process.memoryUsage.rss();
		hostile.behave((_request, response) => {
			response.writeHead(200, etag);
			const more = (): void => {
				while (response.write(Buffer.alloc(1 << 20)));
			};
			response.on('drain', more);
			response.on('error', () => {});
			more();
		});
		expect(await failed(hostile.store.get(key))).toMatch(/or more bytes|no answer within/);
		expect(process.memoryUsage.rss() - before).toBeLessThan(8 * limits.keyframeBytes);
	});

	it('fails when the answer breaks off', async () => {
		hostile.behave((_request, response) => {
			response.writeHead(200, { ...etag, 'content-length': '1000' });
			response.write('half', () => response.destroy());
		});
		expect(await failed(hostile.store.get(key))).toMatch(/^unavailable/);
	});
});

describe('a service that does not answer', () => {
	const calls = () => [hostile.store.put(key, object, 'absent'), hostile.store.head(key), hostile.store.get(key)];

	it('is given up in time, at every point of the answer', async () => {
		const silences = [
			() => {},
			(_: unknown, response: { writeHead(status: number, headers: object): { flushHeaders(): void } }) =>
				response.writeHead(200, { ...etag, 'content-length': '100' }).flushHeaders(),
		];
		for (const silence of silences) {
			hostile.behave(silence as Parameters<HostileS3['behave']>[0]);
			const began = performance.now();
			const messages = await Promise.all(calls().map((call) => failed(call).catch(() => 'answered')));
			// HEAD has been answered once its headers are there.
			for (const message of messages) expect(message).toMatch(/no answer within 400 ms|answered/);
			expect(performance.now() - began).toBeLessThan(timeout + 2000);
		}
	});

	it('takes little memory and few sockets, however many streams wait, and is used again when it is back', async () => {
		hostile.behave(() => {});
		const body = new Uint8Array(64 * 1024);
		const wave = async (): Promise<void> => {
			await Promise.allSettled(
				Array.from({ length: 300 }, (_, index) =>
					hostile.store.put(liveKey(parseStreamName(`s${index}`)), { ...object, body }, 'absent'),
				),
			);
		};
		await wave();
		global.gc?.();
		const before = process.memoryUsage();
		for (let round = 0; round < 5; round += 1) {
			await wave();
			expect(hostile.sockets).toBeLessThanOrEqual(64);
		}
		global.gc?.();
		expect(process.memoryUsage().rss - before.rss).toBeLessThan(100 * 1024 * 1024);
		hostile.behave(answer(200, etag));
		expect(await hostile.store.put(key, object, 'absent')).toBe(etag.etag.slice(1, -1));
	});

	it('is unavailable when it resets, refuses, or has no address', async () => {
		hostile.behave((request) => request.socket.resetAndDestroy());
		for (const message of await Promise.all(calls().map(failed)))
			expect(message).toMatch(/^unavailable: .*(ECONNRESET|UND_ERR_SOCKET)/);
		for (const [endpoint, reason] of [
			['http://127.0.0.1:1', /ECONNREFUSED/],
			['http://no-such-host.invalid', /ENOTFOUND|EAI_AGAIN/],
		] as const) {
			const requests = createS3Requests({ ...hostile.config, endpoint }, { timeout: 3000 });
			expect(await failed(createS3Store(requests).head(key))).toMatch(reason);
			await requests.close();
		}
	});

	it('answers again after a storm of 429', async () => {
		const until = performance.now() + 300;
		hostile.behave((request, response) =>
			(performance.now() < until ? errorAnswer(429, 'SlowDown') : answer(200, etag))(request, response),
		);
		expect(await failed(hostile.store.put(key, object, 'absent'))).toMatch(/^throttled/);
		await sleep(350);
		expect(await hostile.store.put(key, object, 'absent')).toBe('0123456789abcdef0123456789abcdef');
	});
});

describe('the check of a bucket', () => {
	/** A service over a map, with the faults that a test gives it. */
	const service = (faults: { ignores?: string; style?: 'quoted' | 'bare' | 'none'; deleted?: string[] } = {}) => {
		let current: string | null = null;
		let version = 0;
		hostile.behave((request, response) => {
			const { 'if-match': match, 'if-none-match': none } = request.headers;
			if (request.method === 'DELETE') {
				faults.deleted?.push(String(request.url));
				current = null;
				answer(204)(request, response);
				return;
			}
			const bare = match?.replaceAll('"', '');
			const isStyle = faults.style === undefined || (faults.style === 'quoted') === (match !== bare);
			const matches = match === undefined || (isStyle && faults.style !== 'none' && bare === current);
			const isAbsent = none === undefined || current === null;
			if ((isAbsent || faults.ignores === 'if-none-match') && (matches || faults.ignores === 'if-match')) {
				version += 1;
				current = `${version}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`;
				answer(200, { etag: `"${current}"` })(request, response);
			} else errorAnswer(412, 'PreconditionFailed')(request, response);
		});
	};

	it('finds the form of ETags, and cleans up', async () => {
		const deleted: string[] = [];
		service({ deleted });
		expect(await checkS3(hostile.requests)).toBe('quoted');
		service({ style: 'bare', deleted });
		expect(await checkS3(hostile.requests)).toBe('bare');
		expect(deleted).toHaveLength(2);
		expect(deleted.every((url) => url.startsWith('/bucket/probe/'))).toBe(true);
	});

	it.each([
		[{ ignores: 'if-none-match' }, 'If-None-Match'],
		[{ ignores: 'if-match' }, 'If-Match'],
		[{ style: 'none' as const }, 'takes no ETag of its own'],
	])('refuses a service that does not do conditional writes: %j', async (faults, message) => {
		service(faults);
		await expect(checkS3(hostile.requests)).rejects.toThrow(message);
		await expect(checkS3(hostile.requests)).rejects.toBeInstanceOf(UnfitStoreError);
	});

	it.each([
		[403, 'SignatureDoesNotMatch', 'S3_SECRET_ACCESS_KEY is wrong'],
		[403, 'InvalidAccessKeyId', 'S3_ACCESS_KEY_ID is not known'],
		[404, 'NoSuchBucket', 'no such bucket'],
		[501, 'NotImplemented', 'does not honour If-None-Match'],
	])('says what is wrong: %i %s', async (status, code, message) => {
		hostile.behave(errorAnswer(status, code));
		const error = await checkS3(hostile.requests).catch((error: unknown) => error);
		expect(error).toBeInstanceOf(UnfitStoreError);
		expect((error as Error).message).toContain(message);
		expect((error as Error).message).not.toContain(hostileCredentials.secretAccessKey);
	});

	it('tells a service that is down from one that is unfit', async () => {
		hostile.behave(errorAnswer(500, 'InternalError'));
		expect(await failed(checkS3(hostile.requests))).toContain('500 InternalError');
	});
});
