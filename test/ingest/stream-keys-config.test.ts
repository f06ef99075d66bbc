import { describe, expect, test } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { withSettingsFile } from '../../ingest-node/settings/file.ts';

const read = (env: Record<string, string>, file = '') => readConfig(env, () => Buffer.from(file)).access;

const problems = (env: Record<string, string>, file?: string): string => {
	try {
		read(env, file);
		return '';
	} catch (error) {
		return (error as Error).message;
	}
};

const hash = 'ab'.repeat(32);

describe('STREAM_KEYS', () => {
	test.each([
		[
			'JSON',
			`[{"name": "cam/*", "key": "secret-1"}, {"name": ["a", "b"], "key": "sha256:${hash}", "actions": ["play"]}]`,
		],
		[
			'a file of JSON',
			`[{"name": "cam/*", "key": "secret-1"}, {"name": ["a", "b"], "key": "sha256:${hash}", "actions": "play"}]`,
		],
		['a file of YAML', `- name: cam/*\n  key: secret-1\n- {name: [a, b], key: "sha256:${hash}", actions: [play]}\n`],
	])('are read from %s', (kind, text) => {
		const { streamKeys } = kind === 'JSON' ? read({ STREAM_KEYS: text }) : read({ STREAM_KEYS: 'keys' }, text);
		expect(streamKeys).toMatchObject([
			{ secret: 'secret-1', grant: { publish: [{ text: 'cam/*' }] } },
			{ secret: undefined, digest: Buffer.from(hash, 'hex'), grant: { play: [{ text: 'a' }, { text: 'b' }] } },
		]);
	});

	test('are read from the configuration file', () => {
		const environment = withSettingsFile({ CONFIG_FILE: 'x' }, () => 'stream_keys:\n  - {name: a, key: secret-1}\n');
		expect(readConfig(environment).access.streamKeys).toHaveLength(1);
	});

	test.each([
		['[', 'STREAM_KEYS: it is not JSON'],
		['[{"name": "a", "key": "marker-marker"', 'STREAM_KEYS: it is not JSON'],
		['["marker-marker"]', 'entry 1: name and key are needed'],
		['[{"key": "marker-marker"}]', 'entry 1: name is no stream name'],
		['[{"name": [], "key": "marker-marker"}]', 'entry 1: name is an empty list'],
		['[{"name": "a", "key": "marker-marker", "actions": []}]', 'entry 1: actions is an empty list'],
		['[{"name": 7, "key": "marker-marker"}]', 'entry 1: name is no stream name'],
		['[{"name": "a"}]', 'entry 1: key is missing'],
		['[{"name": "a", "key": "marker"}]', 'entry 1: key has fewer than 8'],
		['[{"name": "a", "key": "sha256:marker"}]', 'entry 1: key is no hash'],
		['[{"name": "a", "key": "marker-marker", "actions": ["write"]}]', 'entry 1: actions are some of'],
		['[{"name": "a", "key": "marker-marker", "streams": 1}]', 'entry 1: fields are name, key and actions'],
	])('that make no sense are reported: %s', (text, expected) => {
		expect(problems({ STREAM_KEYS: text })).toContain(expected);
		expect(problems({ STREAM_KEYS: 'file' }, text)).not.toContain('marker');
	});

	test('that make no sense are reported all at once', () => {
		const text = '[{"name": "", "key": "secret-1"}, {"name": "a", "key": "secret-1"}, {"name": "a"}]';
		expect(problems({ STREAM_KEYS: text }).split('\n')).toHaveLength(2);
	});

	test('have a limit', () => {
		const text = JSON.stringify(Array.from({ length: 10_001 }, () => ({ name: 'a', key: 'secret-1' })));
		expect(problems({ STREAM_KEYS: text })).toContain('10000 at most');
	});
});

describe('JSON Web Tokens', () => {
	test('need a key, and with a key set an audience', () => {
		expect(problems({ JWT_AUDIENCE: 'us' })).toContain('JWT_SECRET or JWT_JWKS_URL is needed');
		for (const url of ['https://issuer.example/keys/', 'https://issuer.example/keys?a=/', 'https://issuer.example/']) {
			expect(read({ JWT_JWKS_URL: url, JWT_AUDIENCE: 'us' }).jwt?.keySetUrl).toBe(url);
			expect(read({ AUTH_HOOK_URL: url }).hookUrl).toBe(url);
		}
		expect(problems({ JWT_JWKS_URL: 'https://issuer.example/keys' })).toContain('JWT_AUDIENCE is needed');
		expect(problems({ JWT_SECRET: 'short' })).toContain('JWT_SECRET');
		expect(read({ JWT_JWKS_URL: 'https://issuer.example/keys', JWT_AUDIENCE: 'us' }).jwt).toEqual({
			...{ secret: undefined, keySetUrl: 'https://issuer.example/keys', audience: 'us', issuer: undefined },
		});
	});
});
