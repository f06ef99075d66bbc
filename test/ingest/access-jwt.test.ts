/** JSON Web Tokens made by another implementation's rules: each with one thing wrong is refused. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '../../ingest-node/access/grant.ts';
import { createJsonWebTokens, type JsonWebTokenOptions } from '../../ingest-node/access/json-web-token.ts';
import { createKeySet } from '../../ingest-node/access/key-set.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from './support/eventually.ts';

const secret = 'a secret that both sides know, 123';
const now = Date.parse('2026-11-22T12:00:00Z');
const seconds = Math.floor(now / 1000);

const judge = (options: Partial<JsonWebTokenOptions>, token: string, action: Action = 'publish', name = 'cam/1') =>
	createJsonWebTokens({
		...{ secret: undefined, keySet: undefined, audience: undefined, issuer: undefined, now: () => now },
		...options,
	}).refusal({ action, protocol: 'rtmp', name: parseStreamName(name), remote: '192.0.2.1:1', query: '' }, { token });
const refusal = async (...question: Parameters<typeof judge>): Promise<string | null> =>
	(await judge(...question))?.reason ?? null;

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** RFC 7515 § 7.1, by hand. */
const hs256 = (payload: unknown, header: unknown = { alg: 'HS256' }, key: string | Buffer = secret): string => {
	const signed = `${part(header)}.${part(payload)}`;
	return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
};

const good = { exp: seconds + 60, livestill: { publish: ['cam/*'], play: '**' } };

describe('tokens signed with a secret', () => {
	it('say what their bearer may do', async () => {
		const token = hs256(good);
		expect(await refusal({ secret }, token)).toBeNull();
		expect(await refusal({ secret }, token, 'publish', 'cam/1/2')).toBe('the token grants something else');
		expect(await refusal({ secret }, token, 'play', 'other')).toBeNull();
		expect(await refusal({ secret }, token, 'pull')).toBe('the token grants something else');
	});

	it.each([
		['expired', hs256({ ...good, aud: 'us', iss: 'issuer', exp: seconds - 31 }), 'ERR_JWT_EXPIRED'],
		['not valid yet', hs256({ ...good, nbf: seconds + 31 }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
		['without an end', hs256({ livestill: good.livestill }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
		['for others', hs256({ ...good, aud: 'others' }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
		['for nobody in particular', hs256(good), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
		['by others', hs256({ ...good, aud: 'us', iss: 'others' }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
	])('are refused when they are %s', async (_what, token, reason) => {
		expect(await refusal({ secret, audience: 'us', issuer: 'issuer' }, token)).toBe(reason);
	});

	it('pass when they are for us', async () => {
		const token = hs256({ ...good, aud: ['others', 'us'], iss: 'issuer' });
		expect(await refusal({ secret, audience: 'us', issuer: 'issuer' }, token)).toBeNull();
	});

	it.each([
		['another secret', hs256(good, undefined, 'another secret')],
		['no signature', `${part({ alg: 'none' })}.${part(good)}.`],
		['no signature that looks like one', `${part({ alg: 'none' })}.${part(good)}.AAAA`],
		['a changed payload', hs256(good).replace(/\.[^.]+\./, `.${part({ ...good, exp: seconds + 61 })}.`)],
		['another algorithm', hs256(good, { alg: 'HS512' })],
		['a critical extension', hs256(good, { alg: 'HS256', crit: ['b64'], b64: false })],
		['no JSON', 'aaaa.bbbb.cccc'],
		['two parts', 'aaaa.bbbb'],
		['10 MB', `${'a'.repeat(10_000_000)}.b.c`],
		['nothing', ''],
	])('are refused with %s', async (_what, token) => {
		expect(await refusal({ secret }, token)).toEqual(expect.any(String));
	});

	it.each([
		[undefined],
		[null],
		['**'],
		[[]],
		[{ publish: 7 }],
		[{ publish: { 0: '**' } }],
		[{ publish: ['', 7, null] }],
		[{ Publish: '**' }],
		[{ play: '**' }],
	])('grant nothing by %j', async (livestill) => {
		expect(await refusal({ secret }, hs256({ ...good, livestill }))).toBe('the token grants something else');
	});
});

describe('tokens signed with a published key', () => {
	let server: Server;
	let url: string;
	let keys: unknown[];
	let answers: number;
	let answer: { status?: number; headers?: Record<string, string>; text?: string };
	beforeEach(async () => {
		[keys, answers, answer] = [[], 0, {}];
		server = createServer((_request, response) => {
			answers += 1;
			response.writeHead(answer.status ?? 200, answer.headers);
			response.end(answer.text ?? JSON.stringify({ keys }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
	});
	afterEach(() => {
		server.close();
		server.closeAllConnections();
	});

	const issuer = async (alg: string, kid: string) => {
		const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
		const publish = async (): Promise<number> => keys.push({ ...(await exportJWK(publicKey)), kid, alg });
		const sign = (payload: object): Promise<string> =>
			new SignJWT({ ...payload }).setProtectedHeader({ alg, kid }).sign(privateKey);
		return { publicKey, publish, sign };
	};

	it.each(['RS256', 'ES256', 'EdDSA'])('with %s', async (alg) => {
		const ours = await issuer(alg, 'k1');
		await ours.publish();
		const keySet = createKeySet(url);
		const token = await ours.sign({ ...good, aud: 'us' });
		expect(await refusal({ keySet, audience: 'us' }, token)).toBeNull();
		expect(await refusal({ keySet, audience: 'us' }, await ours.sign({ ...good, aud: 'them' }))).toContain('CLAIM');
		const stranger = await issuer(alg, 'k1');
		const forged = await stranger.sign({ ...good, aud: 'us' });
		expect(await judge({ keySet, audience: 'us' }, forged)).toEqual({
			reason: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
			isVerdict: true,
		});
		expect(answers).toBe(1);
	});

	it('take no public key for a secret', async () => {
		const ours = await issuer('RS256', 'k1');
		await ours.publish();
		const keySet = createKeySet(url);
		const pem = JSON.stringify(keys[0]);
		const { n = '' } = await exportJWK(ours.publicKey);
		for (const key of [pem, n, Buffer.from(n, 'base64url')])
			expect(await refusal({ keySet }, hs256(good, { alg: 'HS256', kid: 'k1' }, key))).toEqual(expect.any(String));
		expect(await refusal({ keySet, secret }, hs256(good, { alg: 'HS256', kid: 'k1' }))).toBeNull();
		expect(await refusal({ keySet, secret }, await ours.sign(good))).toBeNull();
	});

	it('work with a new key soon, and fetch the set once for all who name unknown keys', async () => {
		const [old, next] = [await issuer('ES256', 'old'), await issuer('ES256', 'new')];
		await old.publish();
		const keySet = createKeySet(url, 500);
		expect(await refusal({ keySet }, await old.sign(good))).toBeNull();
		await next.publish();
		const token = await next.sign(good);
		for (let n = 0; n < 20; n += 1) expect(await refusal({ keySet }, token)).toBe('ERR_JWKS_NO_MATCHING_KEY');
		expect(answers).toBe(1);
		await eventually('the new key', async () => (await refusal({ keySet }, token)) === null);
		expect(answers).toBe(2);
	});

	it('are tried in vain once in a while when the issuer fails, however many there are', async () => {
		const ours = await issuer('ES256', 'k1');
		await ours.publish();
		const token = await ours.sign(good);
		const keySet = createKeySet(url, 30_000, 400);
		answer = { status: 500 };
		for (let n = 0; n < 20; n += 1) expect(await refusal({ keySet }, token)).toEqual(expect.any(String));
		expect(answers).toBe(1);
		answer = {};
		await eventually('keys', async () => (await refusal({ keySet }, token)) === null);
		expect(answers).toBe(2);
	});

	it.each([
		['errors', { status: 500 }],
		['is no key set', { text: '{"keys": 7}' }],
		['is no JSON', { text: '<html>' }],
		['leads elsewhere', { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' } }],
		['is endless', { text: `{"keys": [${'{},'.repeat(200_000)}{}]}` }],
	])('are refused when the key set %s', async (_what, given) => {
		const ours = await issuer('ES256', 'k1');
		await ours.publish();
		answer = given;
		const reason = await refusal({ keySet: createKeySet(url) }, await ours.sign(good));
		expect(reason).toEqual(expect.any(String));
		expect(reason).not.toContain('127.0.0.1');
		expect((await judge({ keySet: createKeySet(url) }, await ours.sign(good)))?.isVerdict).toBe(false);
	});
});
