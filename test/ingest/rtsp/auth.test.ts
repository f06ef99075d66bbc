import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuthList } from '../../../ingest-node/protocols/rtsp/auth/auth-list.ts';
import { createClientAuth } from '../../../ingest-node/protocols/rtsp/auth/client-auth.ts';
import { digestResponse } from '../../../ingest-node/protocols/rtsp/auth/digest.ts';
import { createServerAuth } from '../../../ingest-node/protocols/rtsp/auth/server-auth.ts';

const createCounter = (): (() => string) => {
	let count = 0;
	return () => {
		count += 1;
		return `n${count}`;
	};
};

const credentials = { username: 'camera "1"', password: 'pass:wörd' };
const url = 'rtsp://10.0.0.1:8554/live/a?token=x';

describe('the digest', () => {
	const mufasa = { username: 'Mufasa', method: 'GET', uri: '/dir/index.html' } as const;
	const rfc7616 = {
		...mufasa,
		realm: 'http-auth@example.org',
		password: 'Circle of Life',
		nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
		count: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
	};

	it('is that of the examples of RFC 7616 § 3.9.1', () => {
		expect(digestResponse({ ...rfc7616, algorithm: 'MD5' })).toBe('8ca523f5e9506fed4657c9700eebdbec');
		expect(digestResponse({ ...rfc7616, algorithm: 'SHA-256' })).toBe(
			'753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
		);
	});

	it('is that of the example of RFC 2617 § 3.5', () => {
		expect(
			digestResponse({
				...mufasa,
				algorithm: 'MD5',
				realm: 'testrealm@host.com',
				password: 'Circle Of Life',
				nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
				count: { nc: '00000001', cnonce: '0a4f113b' },
			}),
		).toBe('6629fae49393a05397450978507c4ef1');
	});

	it('without qop is that of md5sum', () => {
		const parts = { algorithm: 'MD5', username: 'u', realm: 'r', password: 'p', nonce: 'n', count: null } as const;
		// echo -n "$(echo -n u:r:p | md5sum | cut -c-32):n:$(echo -n ANNOUNCE:rtsp://h/a | md5sum | cut -c-32)" | md5sum
		expect(digestResponse({ ...parts, method: 'ANNOUNCE', uri: 'rtsp://h/a' })).toBe(
			'2686737783c1fb70b90e96b980eccb65',
		);
	});
});

it('reads lists of challenges', () => {
	expect(parseAuthList('Basic realm="a, b", Digest realm = "x\\"y",nonce=abc, qop="auth,auth-int"')).toEqual([
		{ scheme: 'basic', parameters: new Map([['realm', 'a, b']]) },
		{
			scheme: 'digest',
			parameters: new Map([
				['realm', 'x"y'],
				['nonce', 'abc'],
				['qop', 'auth,auth-int'],
			]),
		},
	]);
	expect(parseAuthList('')).toEqual([]);
	fc.assert(fc.property(fc.string(), (value) => parseAuthList(value).length <= 16));
	fc.assert(fc.property(fc.stringMatching(/^[a-z="\\, ]{0,80}$/), (value) => parseAuthList(value).length <= 16));
});

describe('client and server', () => {
	const server = () => createServerAuth('live "still"', createCounter());
	const client = (of: typeof credentials | null = credentials) => createClientAuth(of, createCounter());

	it.each([
		['all that is offered', /./, /^Digest .*algorithm=SHA-256.*qop=auth, nc=00000001/],
		['MD5', /MD5/, /^Digest .*qop=auth/],
		['basic', /^Basic/, /^Basic /],
	])('agree on %s', (_what, offered, answer) => {
		const [s, c] = [server(), client()];
		expect(c.challenge(s.challenges(0).filter((value) => offered.test(value)))).toBe(true);
		const header = c.authorization('ANNOUNCE', url);
		expect(header).toMatch(answer);
		const proves = s.proof(header, 'ANNOUNCE', url, 1);
		expect(proves?.(credentials.password)).toBe(true);
		expect(proves?.('pass')).toBe(false);
		expect(proves?.('')).toBe(false);
		if (!header?.startsWith('Basic')) {
			expect(s.proof(header, 'SETUP', url, 1)?.(credentials.password)).toBe(false);
			expect(s.proof(header, 'ANNOUNCE', 'rtsp://10.0.0.1:8554/live/b', 1)).toBeNull();
			// Overheard, and sent on another connection.
			expect(server().proof(header, 'ANNOUNCE', url, 1)).toBeNull();
		}
	});

	it('agree without qop, as old clients have it', () => {
		const [s, c] = [server(), client()];
		c.challenge(s.challenges(0).map((value) => value.replace(', qop="auth"', '')));
		const header = c.authorization('ANNOUNCE', url);
		expect(header).not.toMatch(/qop|cnonce/);
		expect(s.proof(header, 'ANNOUNCE', url, 1)?.(credentials.password)).toBe(true);
	});

	it('give up after a refusal, but not because a nonce was too old', () => {
		const [s, c] = [server(), client()];
		expect(c.challenge(s.challenges(0))).toBe(true);
		const first = c.authorization('ANNOUNCE', url);
		expect(s.proof(first, 'ANNOUNCE', url, 10 * 60_000)).toBeNull();
		const stale = s.challenges(10 * 60_000);
		expect(stale[0]).toMatch(/stale=true/);
		expect(c.challenge(stale)).toBe(true);
		expect(s.proof(c.authorization('ANNOUNCE', url), 'ANNOUNCE', url, 10 * 60_000)?.(credentials.password)).toBe(true);
		expect(s.challenges(10 * 60_000)[0]).not.toMatch(/stale/);
		expect(c.challenge(s.challenges(10 * 60_000))).toBe(false);
	});

	it('count the requests with one nonce', () => {
		const [s, c] = [server(), client()];
		c.challenge(s.challenges(0));
		expect(c.authorization('SETUP', url)).toMatch(/nc=00000001/);
		expect(c.authorization('RECORD', url)).toMatch(/nc=00000002/);
	});

	it('come to nothing without credentials, or without a challenge that is known', () => {
		expect(client(null).challenge(server().challenges(0))).toBe(false);
		expect(client().challenge(['Negotiate', 'Digest realm="x", nonce="y", algorithm=MD5-sess'])).toBe(false);
		expect(client().challenge(['Digest realm="x", nonce="y", qop="auth-int"'])).toBe(false);
		expect(client().authorization('OPTIONS', url)).toBeNull();
	});

	it('remember a few nonces only', () => {
		const s = server();
		const [c, old] = [client(), s.challenges(0)];
		c.challenge(old);
		for (let n = 0; n < 10; n += 1) s.challenges(0);
		expect(s.proof(c.authorization('ANNOUNCE', url), 'ANNOUNCE', url, 0)).toBeNull();
	});
});

it('survives any Authorization', () => {
	const s = createServerAuth('r', () => 'n');
	s.challenges(0);
	const scheme = fc.constantFrom('Basic ', 'Digest ', 'Digest realm="r", nonce="n", uri="/a", ', '');
	fc.assert(
		fc.property(scheme, fc.string(), (start, rest) => {
			expect(s.proof(start + rest, 'ANNOUNCE', 'rtsp://h/a', 0)?.('secret') ?? false).toBe(false);
		}),
	);
});
