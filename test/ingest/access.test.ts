/** Who may do what, by each method and by all of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Access, type AccessOptions, createAccess } from '../../ingest-node/access/access.ts';
import { createFailedAttempts } from '../../ingest-node/access/failed-attempts.ts';
import type { Action, Grant } from '../../ingest-node/access/grant.ts';
import { type AccessMethod, refused, undecided } from '../../ingest-node/access/method.ts';
import { parseNamePattern } from '../../ingest-node/access/name-pattern.ts';
import { secretDigest } from '../../ingest-node/access/secret-digest.ts';
import { createStreamKeys, plainKey, type StreamKey } from '../../ingest-node/access/stream-keys.ts';
import { createLog } from '../../ingest-node/log.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { openToAll, tokenAccess } from './support/access.ts';
import { createFakeClock } from './support/fake-clock.ts';

const restricted = { code: 'UNAUTHORIZED', message: 'Restricted access' };

const asking = (access: Access, action: Action, name: string | null, query: string, more: object = {}): Promise<void> =>
	access.authorise({
		...{ action, protocol: 'rtmp', remote: '192.0.2.1:5000', query },
		name: name === null ? null : parseStreamName(name),
		...more,
	});

const isLetIn = (...question: Parameters<typeof asking>): Promise<boolean> =>
	asking(...question).then(
		() => true,
		() => false,
	);

describe('tokens', () => {
	it('leave all open where none is set', async () => {
		for (const action of ['connect', 'publish', 'play', 'snapshot', 'pull'] as const) {
			expect(openToAll.isClosed(action)).toBe(false);
			await asking(openToAll, action, 'a', '');
			await asking(tokenAccess(undefined), action, 'a', 'token=whatever');
		}
	});

	it('let publish who knows the token, and nobody else', async () => {
		const access = tokenAccess('s3 cret');
		await asking(access, 'publish', 'a', 'token=s3%20cret');
		await asking(access, 'publish', 'a', 'room=1&token=s3+cret');
		await asking(access, 'publish', 'a', 'user=x&pass=s3+cret');
		await asking(access, 'pull', null, 'token=s3+cret');
		for (const query of [
			'',
			'token=',
			'token=s3',
			'token=s3%20cret%20',
			'Token=s3%20cret',
			'user=s3+cret',
			'__proto__=1',
		])
			await expect(asking(access, 'publish', 'a', query)).rejects.toMatchObject(restricted);
		expect(access.isClosed('play')).toBe(false);
	});

	it('let publish who proves to know the token without telling it', async () => {
		const access = tokenAccess('send', 'watch');
		const proving = (known: string) => ({ proves: (secret: string) => secret === known });
		await asking(access, 'publish', 'a', '', proving('send'));
		await expect(asking(access, 'publish', 'a', '', proving('watch'))).rejects.toMatchObject(restricted);
	});

	it('let play who knows the token of players or of publishers', async () => {
		const access = tokenAccess('send', 'watch');
		for (const action of ['play', 'snapshot', 'connect'] as const)
			for (const query of ['token=watch', 'token=send']) await asking(access, action, 'a', query);
		await expect(asking(access, 'play', 'a', 'token=other')).rejects.toMatchObject(restricted);
		await expect(asking(access, 'publish', 'a', 'token=watch')).rejects.toMatchObject(restricted);
		await expect(asking(access, 'pull', 'a', 'token=watch')).rejects.toMatchObject(restricted);
	});

	it('are not opened to players by the lack of a token for publishers', async () => {
		const access = tokenAccess(undefined, 'watch');
		await expect(asking(access, 'play', 'a', '')).rejects.toMatchObject(restricted);
		await asking(access, 'publish', 'a', '');
		await asking(access, 'connect', null, '');
	});
});

describe('name patterns', () => {
	it.each([
		['abc', 'abc', true],
		['abc', 'abcd', false],
		['cam/*', 'cam/1', true],
		['cam/*', 'cam/', true],
		['cam/*', 'cam/1/2', false],
		['cam/**', 'cam/1/2', true],
		['*', 'abc', true],
		['*', 'a/b', false],
		['**', 'a/b', true],
		['**/door', 'house/1/door', true],
		['**/door', 'door', false],
		['a*c*', 'abccc', true],
		['a*c*e', 'abcd', false],
		['a.c', 'abc', false],
		['ключ/*', 'ключ/🎥', true],
	])('%s covers %s: %s', (pattern, name, expected) => {
		expect(parseNamePattern(pattern)?.covers(name)).toBe(expected);
	});

	it.each(['', 'a\u0000b', 'a\n', 'x'.repeat(401)])('are not %j', (text) => expect(parseNamePattern(text)).toBeNull());

	it('agree with regular expressions', () => {
		const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
		const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });
		fc.assert(
			fc.property(text, name, (pattern, candidate) => {
				const parsed = parseNamePattern(pattern);
				if (parsed === null) return;
				const source = pattern.replace(/\*\*?/g, (wildcard) => (wildcard === '**' ? '.*' : '[^/]*'));
				expect(parsed.covers(candidate)).toBe(new RegExp(`^${source}$`).test(candidate));
			}),
		);
	});

	it('that are names, or begin otherwise, cost next to nothing, however many there are', () => {
		const name = 'a'.repeat(200);
		const patterns = [`${'a'.repeat(199)}b`, 'cam/*'].map((text) => parseNamePattern(text));
		const began = performance.now();
		let covering = 0;
		for (let n = 0; n < 20_000; n += 1) covering += patterns.filter((pattern) => pattern?.covers(name)).length;
		expect(covering).toBe(0);
		expect(performance.now() - began).toBeLessThan(1500);
	});

	it('cost little, however they are written', () => {
		const pattern = parseNamePattern(`${'*a'.repeat(199)}b`);
		const began = performance.now();
		for (let n = 0; n < 100; n += 1) expect(pattern?.covers('a'.repeat(200))).toBe(false);
		expect(performance.now() - began).toBeLessThan(5000);
	});
});

describe('stream keys', () => {
	const of = (...texts: string[]) => texts.map((text) => parseNamePattern(text)).filter((pattern) => pattern !== null);
	const hashed = (secret: string, grant: Grant): StreamKey => ({
		grant,
		secret: undefined,
		digest: secretDigest(secret),
	});
	const keys = [
		plainKey('door-key', { publish: of('house/door') }),
		hashed('all-cams', { publish: of('cam/*') }),
		plainKey('watch-all', { play: of('**') }),
	];
	const access = createAccess({ methods: [createStreamKeys(keys)] });

	it('open their streams, and no others', async () => {
		const expected: [Action, string | null, string, boolean][] = [
			['publish', 'house/door', 'token=door-key', true],
			['publish', 'house/door', 'pass=door-key', true],
			['publish', 'house/window', 'token=door-key', false],
			['publish', 'cam/1', 'token=all-cams', true],
			['publish', 'cam/1/2', 'token=all-cams', false],
			['publish', 'cam/1', 'token=watch-all', false],
			['play', 'cam/1', 'token=watch-all', true],
			['play', 'house/door', 'token=door-key', true],
			['snapshot', 'house/door', 'token=door-key', true],
			['play', 'cam/1', 'token=door-key', false],
			['connect', null, 'token=door-key', true],
			['connect', null, 'token=nothing', false],
			['publish', 'cam/1', `token=${secretDigest('all-cams').toString('hex')}`, false],
			['publish', 'cam/1', `token=sha256:${secretDigest('all-cams').toString('hex')}`, false],
		];
		for (const [action, name, query, isExpected] of expected)
			expect([action, name, query, await isLetIn(access, action, name, query)]).toEqual([
				action,
				name,
				query,
				isExpected,
			]);
		expect(access.isClosed('pull')).toBe(false);
	});

	it('are not looked at for who shows nothing', async () => {
		let looks = 0;
		const covers = (): boolean => {
			looks += 1;
			return true;
		};
		const method = createStreamKeys([plainKey('door-key', { publish: [{ text: 'x', covers }] })]);
		const closed = createAccess({ methods: [method] });
		expect(await isLetIn(closed, 'publish', 'house/door', 'room=7&user=x')).toBe(false);
		expect(looks).toBe(0);
		expect(await isLetIn(closed, 'publish', 'house/door', 'token=door-key')).toBe(true);
		expect(looks).toBe(1);
	});

	it('are proved by a digest only where all of them are known', async () => {
		expect(access.takesProofs).toBe(false);
		const plain = createAccess({ methods: [createStreamKeys(keys.slice(0, 1))] });
		expect(plain.takesProofs).toBe(true);
		const proves = (secret: string): boolean => secret === 'door-key';
		expect(await isLetIn(plain, 'publish', 'house/door', '', { proves })).toBe(true);
		expect(await isLetIn(plain, 'publish', 'house/window', '', { proves })).toBe(false);
	});
});

describe('refusals', () => {
	const start = ({ allowedFailures = 3, ...options }: Partial<AccessOptions> & { allowedFailures?: number } = {}) => {
		const lines: string[] = [];
		const clock = createFakeClock();
		const methods = [
			createStreamKeys([plainKey('good-key', { publish: [parseNamePattern('a')].filter((p) => p !== null) })]),
		];
		const log = createLog((line) => lines.push(line), 'debug');
		const attempts = createFailedAttempts({
			clock,
			allowed: () => allowedFailures,
			onPause: (address, milliseconds) => log.warn('too many wrong credentials', { address, milliseconds }),
		});
		return { lines, clock, access: createAccess({ methods, attempts, log, ...options }) };
	};

	it('are all the same, and logged without what was shown', async () => {
		const { access, lines } = start({ allowedFailures: 0 });
		const errors: unknown[] = [];
		for (const [name, query] of [
			['a', 'token=bad-marker'],
			['other', 'token=good-key'],
			['b', ''],
			['a', 'user=marker&pass=marker'],
		] as const)
			await asking(access, 'publish', name, query).catch((error) => errors.push(error));
		expect(errors).toEqual(Array.from({ length: 4 }, () => expect.objectContaining(restricted)));
		expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
		expect(lines).toHaveLength(4);
		expect(lines.join('')).not.toMatch(/marker|good-key/);
		expect(lines.join('')).toContain('no credentials');
	});

	it('make an address wait, longer each time, whatever it shows', async () => {
		const { access, clock } = start();
		const attempt = (query: string, remote = '203.0.113.5:4000') => isLetIn(access, 'publish', 'a', query, { remote });
		for (let n = 0; n < 3; n += 1) expect(await attempt('token=wrong')).toBe(false);
		expect(await attempt('token=good-key')).toBe(true);
		expect(await attempt('token=wrong')).toBe(false);
		expect(await attempt('token=good-key')).toBe(false);
		expect(await attempt('token=good-key', '203.0.113.6:4000')).toBe(true);
		await clock.advance(1001);
		expect(await attempt('token=good-key')).toBe(true);
		expect(await attempt('token=wrong')).toBe(false);
		await clock.advance(1001);
		expect(await attempt('token=good-key')).toBe(false);
		await clock.advance(1000);
		expect(await attempt('token=good-key')).toBe(true);
		await clock.advance(200_000);
		for (let n = 0; n < 3; n += 1) await attempt('token=wrong');
		expect(await attempt('token=good-key')).toBe(true);
	});

	it('make nobody wait who fails more slowly than the allowance comes back, however long', async () => {
		const { access, clock } = start();
		for (let n = 0; n < 100; n += 1) {
			await isLetIn(access, 'publish', 'a', 'token=wrong');
			expect([n, await isLetIn(access, 'publish', 'a', 'token=good-key')]).toEqual([n, true]);
			await clock.advance(20_001);
		}
	});

	it('let who goes on trying have one attempt a minute in the end', async () => {
		const { access, clock, lines } = start();
		for (let n = 0; n < 600; n += 1) {
			await isLetIn(access, 'publish', 'a', 'token=wrong');
			await clock.advance(1001);
		}
		const pauses = lines.flatMap((line) => /"milliseconds":([0-9]+)/.exec(line)?.[1] ?? []).map(Number);
		expect(pauses.slice(0, 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
		expect(new Set(pauses.slice(7))).toEqual(new Set([60_000]));
	});

	it('hold nothing against an address while whoever knows cannot be asked', async () => {
		let isThere = false;
		const hook: AccessMethod = {
			closes: () => true,
			takesProofs: false,
			refusal: async (_request, { token }) =>
				isThere ? (token === 'right' ? null : refused('no')) : undecided('the hook: no connection'),
		};
		const { access } = start({ methods: [createStreamKeys([]), hook] });
		for (let n = 0; n < 20; n += 1) expect(await isLetIn(access, 'publish', 'a', 'token=right')).toBe(false);
		isThere = true;
		expect(await isLetIn(access, 'publish', 'a', 'token=right')).toBe(true);
		for (let n = 0; n < 20; n += 1) expect(await isLetIn(access, 'publish', 'a', 'token=wrong')).toBe(false);
		expect(await isLetIn(access, 'publish', 'a', 'token=right')).toBe(false);
	});

	it('hold nothing against questions without credentials, and programs on this machine', async () => {
		const { access } = start();
		for (let n = 0; n < 50; n += 1) {
			await isLetIn(access, 'publish', 'a', '');
			await isLetIn(access, 'publish', 'a', 'token=wrong', { remote: '127.0.0.1:1' });
			await isLetIn(access, 'publish', 'a', 'token=wrong', { remote: '[::1]:1' });
		}
		expect(await isLetIn(access, 'publish', 'a', 'token=good-key')).toBe(true);
		expect(await isLetIn(access, 'publish', 'a', 'token=good-key', { remote: '127.0.0.1:1' })).toBe(true);
	});

	it('count a network of IPv6 as one', async () => {
		const { access } = start();
		for (let n = 0; n < 5; n += 1)
			await isLetIn(access, 'publish', 'a', 'token=wrong', { remote: `[2001:db8:0:1::${n}]:4000` });
		expect(await isLetIn(access, 'publish', 'a', 'token=good-key', { remote: '[2001:db8:0:1:ffff::9]:1' })).toBe(false);
		expect(await isLetIn(access, 'publish', 'a', 'token=good-key', { remote: '[2001:db8:0:2::9]:1' })).toBe(true);
	});

	it('are none where playing is open on purpose', async () => {
		const access = createAccess({
			methods: [createStreamKeys([plainKey('watch-it', { play: [parseNamePattern('**')].filter((p) => p !== null) })])],
			open: ['play', 'snapshot', 'connect'],
		});
		expect(await isLetIn(access, 'play', 'a', '')).toBe(true);
	});
});
