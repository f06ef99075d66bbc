import { describe, expect, test } from 'vitest';
import { loopbackOnly, parsePullRule, resolveHost } from '../../ingest-node/sources/pull-rule.ts';

const allows = (list: string, host: string, ...addresses: string[]): boolean | undefined =>
	parsePullRule(list)?.allows(host, addresses);

describe('a rule', () => {
	test.each([
		[loopbackOnly, '127.0.0.1', ['127.0.0.1'], true],
		[loopbackOnly, '::1', ['::1'], true],
		[loopbackOnly, '::ffff:127.0.0.1', ['::ffff:127.0.0.1'], true],
		[loopbackOnly, 'localhost', ['127.0.0.1', '::1'], true],
		[loopbackOnly, '10.0.0.1', ['10.0.0.1'], false],
		[loopbackOnly, '::ffff:10.0.0.1', ['::ffff:10.0.0.1'], false],
		[loopbackOnly, 'cam.local', ['10.0.0.1'], false],
		// One address that is not allowed spoils the name: nobody knows which one is connected to.
		[loopbackOnly, 'cam.local', ['127.0.0.1', '10.0.0.1'], false],
		[loopbackOnly, 'cam.local', [], false],
		['192.168.1.0/24', 'door', ['192.168.1.7'], true],
		['192.168.1.0/24', 'door', ['192.168.2.7'], false],
		['fd00::/8', 'door', ['fd12::1'], true],
		['10.0.0.5', '10.0.0.5', ['10.0.0.5'], true],
		['10.0.0.5', '10.0.0.6', ['10.0.0.6'], false],
		['cam.local', 'cam.local', ['10.0.0.1'], true],
		['*.cams.example', 'a.cams.example', ['10.0.0.1'], true],
		['*.cams.example', 'cams.example', ['10.0.0.1'], false],
		['*.cams.example', 'evilcams.example', ['10.0.0.1'], false],
		['*', 'anything', ['10.0.0.1'], true],
		['', 'localhost', ['127.0.0.1'], false],
	] as const)('%s: %s at %j is %s', (list, host, addresses, expected) => {
		expect(allows(list, host, ...addresses)).toBe(expected);
	});

	test.each(['10.0.0.0/33', 'fe80::/129', '10.0.0.0/8/8', '10.0.0', '1.2.3.4.5', 'a b', '*cam', '/8', 'cam/8'])(
		'that makes no sense: %s',
		(list) => {
			expect(parsePullRule(list)).toBeNull();
		},
	);
});

describe('a host', () => {
	const rule = parsePullRule(loopbackOnly);

	test('that is allowed has addresses', async () => {
		expect(await resolveHost('127.0.0.1', rule)).toEqual(['127.0.0.1']);
		expect(await resolveHost('localhost', rule)).toContain('127.0.0.1');
		expect(await resolveHost('192.0.2.1', null)).toEqual(['192.0.2.1']);
	});

	// Other ways to write 10.0.0.1, which the system's resolver knows.
	test.each(['10.0.0.1', '167772161', '10.1', '0x0a000001'])('that is not is FORBIDDEN: %s', async (host) => {
		await expect(resolveHost(host, rule)).rejects.toMatchObject({ code: 'FORBIDDEN' });
	});

	test('that is none is an error', async () => {
		await expect(resolveHost('no-such-host.invalid', rule)).rejects.toMatchObject({ code: 'PROTOCOL_VIOLATION' });
	});
});
