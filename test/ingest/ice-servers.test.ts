import { describe, expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { credentialTime, iceServerLinks, iceServersAt } from '../../ingest-node/ice-servers.ts';

const turn = (env: Record<string, string>) => readConfig(env).turn;
const urls = 'stun:stun.example:3478, turn:turn.example:3478?transport=udp turns:[2001:db8::1]:5349?transport=tcp';

describe('ICE servers', () => {
	it('are none unless set', () => {
		expect(iceServersAt(turn({}), 0)).toEqual([]);
		expect(iceServerLinks([])).toEqual([]);
	});

	it('have the operator’s credentials for TURN, and none for STUN', () => {
		const config = turn({ TURN_URLS: urls, TURN_USERNAME: 'us"er', TURN_CREDENTIAL: 'pass' });
		expect(iceServersAt(config, 0)).toEqual([
			{ urls: ['stun:stun.example:3478'] },
			{
				urls: ['turn:turn.example:3478?transport=udp', 'turns:[2001:db8::1]:5349?transport=tcp'],
				username: 'us"er',
				credential: 'pass',
			},
		]);
		expect(iceServerLinks(iceServersAt(config, 0))).toEqual([
			'<stun:stun.example:3478>; rel="ice-server"',
			'<turn:turn.example:3478?transport=udp>; rel="ice-server"; username="us\\"er"; credential="pass"; credential-type="password"',
			'<turns:[2001:db8::1]:5349?transport=tcp>; rel="ice-server"; username="us\\"er"; credential="pass"; credential-type="password"',
		]);
	});

	it('have credentials that run out, from a secret', () => {
		const now = 1_700_000_000_500;
		const [server] = iceServersAt(turn({ TURN_URLS: 'turn:a', TURN_SECRET: 'north' }), now);
		expect(server?.username).toBe(`${1_700_000_000 + credentialTime}:livestill`);
		// printf %s 1700043200:livestill | openssl dgst -sha1 -hmac north -binary | base64
		expect(server?.credential).toBe('eHCcpw9MPddKgealEQ+isayl4uQ=');
	});

	it('are refused when something is wrong, without showing a secret', () => {
		const problem = (env: Record<string, string>): string => {
			try {
				turn(env);
				return '';
			} catch (error) {
				return (error as Error).message;
			}
		};
		expect(problem({ TURN_URLS: 'turn:a' })).toContain('TURN_SECRET, or');
		expect(problem({ TURN_URLS: 'http://a', TURN_SECRET: 'x' })).toContain('TURN_URLS is "http://a"');
		expect(problem({ TURN_URLS: 'turn:a>;b', TURN_SECRET: 'x' })).toContain('TURN_URLS is');
		expect(problem({ TURN_URLS: 'turn:a', TURN_USERNAME: 'u' })).toContain('go together');
		expect(problem({ TURN_SECRET: 'hidden' })).toBe('There are TURN credentials: TURN_URLS is needed.');
		expect(problem({ TURN_URLS: 'turn:a', TURN_SECRET: 'x', TURN_USERNAME: 'u', TURN_CREDENTIAL: 'c' })).toContain(
			'both set',
		);
		expect(problem({ TURN_URLS: 'turn:a', TURN_USERNAME: 'u', TURN_CREDENTIAL: 'hid\nden' })).toBe(
			'TURN_CREDENTIAL: printable ASCII is needed.',
		);
		expect(problem({ TURN_URLS: 'stun:a' })).toBe('');
	});
});
