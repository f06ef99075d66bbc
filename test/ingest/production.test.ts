/** Production mode: nothing starts with an open door, and all of them are named at once. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { readConfig as readLocalConfig } from '../../local/config.ts';

const secret = 's'.repeat(32);
const s3 = {
	...{ S3_ENDPOINT: 'http://127.0.0.1:9', S3_BUCKET: 'keyframes' },
	...{ S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret-marker' },
};
const closed = {
	...s3,
	...{ PRODUCTION: 'true', PUBLISH_TOKEN: secret, PLAY_TOKEN: secret, CONTROL_KEY: secret },
};

const problems = (
	env: Record<string, string>,
	read: (env: Record<string, string>) => unknown = readConfig,
): string[] => {
	try {
		read(env);
		return [];
	} catch (error) {
		return (error as Error).message.split('\n');
	}
};

describe('a node in production', () => {
	it('is content with what is closed', () => {
		expect(problems(closed)).toEqual([]);
		expect(problems({ ...closed, PLAY_TOKEN: '', PLAY_ACCESS: 'open' })).toEqual([]);
		for (const way of [
			{ JWT_SECRET: secret },
			{ AUTH_HOOK_URL: 'http://127.0.0.1:9/auth' },
			{ STREAM_KEYS: '[{"name": "**", "key": "12345678", "actions": ["publish", "play"]}]' },
		])
			expect(problems({ ...closed, PUBLISH_TOKEN: '', PLAY_TOKEN: '', ...way })).toEqual([]);
	});

	it('names all that is open, at once', () => {
		const open = {
			...{ ...s3, PRODUCTION: 'true', AUTH_FAILURES: '0', MAX_CONNECTIONS_PER_ADDRESS: '0', CONTROL_HOST: '0.0.0.0' },
			...{ EDGE_URL: 'https://edge.example', RTSP_PULL_ALLOW: '*' },
		};
		const names = [
			...['PUBLISH_TOKEN', 'PLAY_TOKEN', 'AUTH_FAILURES', 'MAX_CONNECTIONS_PER_ADDRESS', 'CONTROL_KEY'],
			...['OPERATOR_TOKEN', 'EDGE_TOKEN', 'RTSP_PULL_ALLOW'],
		];
		const found = problems(open);
		expect(found).toHaveLength(names.length);
		for (const [index, name] of names.entries()) expect(found[index]).toContain(name);
		expect(problems({ ...open, PRODUCTION: 'false' })).toEqual([]);
	});

	it.each([
		[{ PUBLISH_TOKEN: 'weak-marker' }, 'fewer than 16'],
		[{ PLAY_TOKEN: 'weak-marker' }, 'fewer than 16'],
		[{ STREAM_KEYS: '[{"name": "a", "key": "12345678"}]', PUBLISH_TOKEN: '', PLAY_TOKEN: '' }, 'Everybody may play'],
		[{ PRODUCTION: 'perhaps' }, 'true or false'],
	])('refuses %o', (change, expected) => {
		const found = problems({ ...closed, ...change });
		expect(found).toHaveLength(1);
		expect(found[0]).toContain(expected);
		expect(found[0]).not.toContain('marker');
	});

	it('does not start: exit code 1, and the list', async () => {
		const main = fileURLToPath(new URL('../../ingest-node/main.ts', import.meta.url));
		const env = { PATH: process.env.PATH, ...s3, PRODUCTION: '1' };
		const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
			execFile(process.execPath, [main], { env }, (error, out, err) => resolve({ code: error?.code, text: out + err }));
		});
		expect([code, text.trim().split('\n').length]).toEqual([1, 3]);
		expect(text).toContain('PUBLISH_TOKEN');
		expect(text).not.toContain('marker');
	});
});

it('npm start in production names what is open in both halves', () => {
	const found = problems({ PRODUCTION: 'true' }, readLocalConfig);
	for (const name of ['PUBLISH_TOKEN', 'PLAY_TOKEN', 'API_TOKENS', 'PREVIEW_KEYS'])
		expect(found.join()).toContain(name);
	const hash = 'ab'.repeat(32);
	const edge = { API_TOKENS: `a:list:${hash}`, PREVIEW_ACCESS: 'open' };
	expect(problems({ PRODUCTION: 'true', PUBLISH_TOKEN: secret, PLAY_TOKEN: secret, ...edge }, readLocalConfig)).toEqual(
		[],
	);
});
