import { describe, expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { ConfigError } from '../../ingest-node/settings/config-error.ts';
import { printSettings } from '../../ingest-node/settings/read.ts';
import { isWebhookSecret } from '../../ingest-node/webhooks/signature.ts';

const secret = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 5).toString('base64')}`;

const problemsOf = (environment: Record<string, string>): readonly string[] => {
	try {
		readConfig(environment);
		return [];
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
		throw error;
	}
};

describe('settings of webhooks', () => {
	it('are none unless somebody is to be told', () => {
		expect(readConfig({}).webhooks).toBeUndefined();
		expect(readConfig({ WEBHOOK_SECRETS: secret(32) }).webhooks).toBeUndefined();
	});

	it('have several receivers and secrets, and defaults for the rest', () => {
		const { webhooks } = readConfig({
			WEBHOOK_URLS: 'https://a.example/hook?x=1, http://b.example',
			WEBHOOK_SECRETS: `${secret(24)} ${secret(64)}`,
			EDGE_URL: 'http://edge.example/',
		});
		expect(webhooks).toEqual({
			urls: ['https://a.example/hook?x=1', 'http://b.example'],
			secrets: [secret(24), secret(64)],
			events: ['stream.published', 'snapshot.created', 'stream.ended'],
			snapshotInterval: 60_000,
			allowed: null,
			deadLetters: undefined,
			previews: 'http://edge.example',
		});
		const changed = readConfig({
			...{ WEBHOOK_URLS: 'http://a.example', WEBHOOK_SECRETS: secret(32), WEBHOOK_EVENTS: 'stream.ended' },
			...{ WEBHOOK_SNAPSHOT_INTERVAL: '5s', WEBHOOK_ALLOW: '10.0.0.0/8', PREVIEW_URL: 'https://pictures.example' },
			...{ EDGE_URL: 'http://edge.example', WEBHOOK_DEAD_LETTERS: '/var/log/dead.jsonl' },
		}).webhooks;
		expect(changed).toMatchObject({
			...{ events: ['stream.ended'], snapshotInterval: 5000, previews: 'https://pictures.example' },
			deadLetters: '/var/log/dead.jsonl',
		});
		expect(changed?.allowed?.allows('x', ['10.1.2.3'])).toBe(true);
	});

	it('that are wrong are all reported, without what is secret in them', () => {
		const problems = problemsOf({
			...{ WEBHOOK_URLS: 'ftp://token-1@a.example', WEBHOOK_SECRETS: 'whsec_hidden', WEBHOOK_EVENTS: 'stream.begun' },
			...{ WEBHOOK_SNAPSHOT_INTERVAL: '10ms', WEBHOOK_ALLOW: '10.0.0.0/99', PREVIEW_URL: 'http://x/?y' },
		});
		expect(problems.map((problem) => problem.split(/[ :]/)[0])).toEqual([
			...[
				'WEBHOOK_URLS',
				'WEBHOOK_SECRETS',
				'WEBHOOK_EVENTS',
				'WEBHOOK_SNAPSHOT_INTERVAL',
				'WEBHOOK_ALLOW',
				'PREVIEW_URL',
			],
		]);
		expect(problems.join()).not.toMatch(/token-1|hidden/);
		expect(problemsOf({ WEBHOOK_URLS: 'http://a.example' })).toEqual([
			'WEBHOOK_URLS is set: WEBHOOK_SECRETS is needed.',
		]);
		const shown = printSettings({ WEBHOOK_URLS: 'http://a.example/token-1', WEBHOOK_SECRETS: secret(32) });
		expect(shown).toContain('WEBHOOK_URLS=(secret)\nWEBHOOK_SECRETS=(secret)');
		expect(shown).not.toContain('token-1');
	});

	it.each([
		...[secret(23), secret(65), secret(32).replace('whsec_', ''), `${secret(32)}=`, 'whsec_', 'whsec_####', ''],
		`${secret(32)} `,
	])('%j is no secret', (text) => expect(isWebhookSecret(text)).toBe(false));
});
