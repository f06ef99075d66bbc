/** One schema for all settings: the environment, the file, and what is shown of them. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { ConfigError } from '../../ingest-node/settings/config-error.ts';
import { settingsDocument } from '../../ingest-node/settings/document.ts';
import { withSettingsFile } from '../../ingest-node/settings/file.ts';
import { isSettingName, printSettings, readSettings } from '../../ingest-node/settings/read.ts';
import { schema } from '../../ingest-node/settings/schema-tables.ts';

const withFile = (text: string, environment: Record<string, string> = {}) =>
	withSettingsFile({ CONFIG_FILE: 'livestill.yaml', ...environment }, () => text);

const problemsOf = (action: () => unknown): readonly string[] => {
	try {
		action();
		return [];
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
		throw error;
	}
};

describe('the configuration file', () => {
	it('lies beneath the environment', () => {
		const file = 'rtmp_port: 2000\nWS_PORT: 2001\nlog_level: debug\n';
		const environment = withFile(file, { WS_PORT: '3001', LOG_LEVEL: ' ', PATH: '/bin' });
		expect(environment).toEqual({ RTMP_PORT: '2000', WS_PORT: '3001', LOG_LEVEL: 'debug', PATH: '/bin' });
		expect(readSettings(environment).settings).toMatchObject({ RTMP_PORT: 2000, WS_PORT: 3001, LOG_LEVEL: 'debug' });
	});

	it('knows numbers, switches, lists and lists of things', () => {
		const file = [
			...['http_port: 0', 'log_requests: true', 'turn_secret: null', 'announced_address: [203.0.113.1, "2001:db8::1"]'],
			...['preview_keys:', '  - a: 1'],
		].join('\n');
		const environment = withFile(file);
		expect(environment).toMatchObject({ LOG_REQUESTS: '1', TURN_SECRET: '', PREVIEW_KEYS: '[{"a":1}]' });
		const { settings, problems } = readSettings(environment);
		expect([settings.HTTP_PORT, settings.ANNOUNCED_ADDRESS, problems]).toEqual([
			null,
			['203.0.113.1', '2001:db8::1'],
			[],
		]);
	});

	it('reports everything in it that is no setting, at once', () => {
		const found = problemsOf(() =>
			withFile('rtpm_port: 1\nws_port: {a: 1}\nrtmp_port: 1\nRTMP_PORT: 2\n__proto__: 3\n'),
		);
		expect(found).toEqual([
			'livestill.yaml: there is no setting "rtpm_port".',
			'livestill.yaml: ws_port is neither a text, a number nor a list.',
			'livestill.yaml: RTMP_PORT is there twice.',
			'livestill.yaml: there is no setting "__proto__".',
		]);
	});

	it('reports what is wrong with the others at the same time', () => {
		const found = problemsOf(() => withFile('rtpm_port: 1\nrtsp_port: 99999\n'));
		expect(found[0]).toBe('livestill.yaml: there is no setting "rtpm_port".');
		expect(found[1]).toMatch(/^RTSP_PORT is "99999": /);
		expect(found).toHaveLength(2);
	});

	it.each([
		['control_key: "a-very-secret-value\nrtmp_port: 1', 'in line'],
		['control_key: a-very-secret-value\n  x: - y', 'in line'],
		['- a-very-secret-value', 'lines such as'],
		['a-very-secret-value', 'lines such as'],
		[`a: &a [x, x]\nb: &b [${'*a, '.repeat(50)}]\nc: [${'*b, '.repeat(50)}]`, 'alias'],
	])('that is broken is refused without quoting it: %j', (file, message) => {
		const found = problemsOf(() => withFile(file)).join('\n');
		expect(found.toLowerCase()).toContain(message);
		expect(found).not.toContain('a-very-secret-value');
	});

	it('that cannot be read, or is too large, is named', () => {
		expect(problemsOf(() => withSettingsFile({ CONFIG_FILE: '/no/such/file' })).join()).toContain('ENOENT');
		expect(problemsOf(() => withSettingsFile({ CONFIG_FILE: process.execPath })).join()).toContain('more than');
	});

	it('may be empty', () => {
		expect(withFile('# nothing yet\n')).toEqual({});
	});
});

describe('settings', () => {
	it('are shown with their defaults and without their secrets', () => {
		const shown = printSettings({
			...{ RTMP_PORT: '1936', CONTROL_KEY: 'k'.repeat(32), PUBLISH_TOKEN: 'hidden', PREVIEW_KEYS: 'a:hidden' },
			...{ TURN_CREDENTIAL: 'hidden', S3_SECRET_ACCESS_KEY: 'hidden', S3_ACCESS_KEY_ID: 'hidden' },
			EDGE_URL: 'http://user:hidden@host/',
		});
		expect(shown.split('\n')).toEqual(
			expect.arrayContaining(['RTMP_PORT=1936', 'PUSH_INTERVAL=2s', 'CONTROL_KEY=(secret)', 'PUBLISH_TOKEN=(secret)']),
		);
		expect(shown).not.toMatch(/hidden|kkk/);
		expect(shown).not.toContain('RTMPS_PORT');
	});

	it('that have swallowed the rest of the file are shown up to their first blank', () => {
		const file = 'rtmp_port: "1935\n  play_token: a-very-secret-value\n  "\n';
		const found = problemsOf(() => readConfig(withFile(file)));
		expect(found.join()).toContain('RTMP_PORT is "1935 …"');
		expect(found.join()).not.toContain('a-very-secret-value');
	});

	it('show no secret when they are wrong', () => {
		const secrets = [
			'OPERATOR_TOKEN',
			'CONTROL_KEY',
			'CONTROL_KEY_PREVIOUS',
			'S3_SECRET_ACCESS_KEY',
			'TURN_CREDENTIAL',
		];
		const { problems } = readSettings(Object.fromEntries(secrets.map((name) => [name, 'hid\u0000den'])));
		expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual(secrets.sort());
		expect(readSettings({ CONTROL_URL: 'ftp://user:hidden@x' }).problems).toHaveLength(1);
		for (const text of [...problems, ...readSettings({ CONTROL_URL: 'ftp://user:hidden@x' }).problems])
			expect(text).not.toContain('hid');
	});

	it('are all described, in the document too', () => {
		const document = settingsDocument();
		for (const name of Object.keys(schema.shape)) expect(document).toContain(`| \`${name}\``);
		expect(readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')).toBe(document);
	});

	it('have no names besides those of the schema', () => {
		const root = new URL('../../', import.meta.url).pathname;
		for (const file of globSync(['ingest-node/**/*.ts', 'local/**/*.ts'], { cwd: root })) {
			const source = readFileSync(root + file, 'utf8');
			for (const [, name = ''] of source.matchAll(/\b(?:value\('|isSet\('|env\.)([A-Z][A-Z0-9_]+)\b/g))
				if (name !== 'TMPDIR') expect([file, name, isSettingName(name)]).toEqual([file, name, true]);
		}
	});
});
