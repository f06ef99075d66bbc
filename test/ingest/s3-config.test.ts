import { describe, expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';

const good = {
	S3_ENDPOINT: 'https://account.r2.cloudflarestorage.com/',
	S3_BUCKET: 'livestill-keyframes',
	S3_ACCESS_KEY_ID: 'key-id',
	S3_SECRET_ACCESS_KEY: 'se/cr+et=',
};

const problemsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
	try {
		readConfig(env);
		return [];
	} catch (error) {
		return (error as { problems: readonly string[] }).problems;
	}
};

describe('the settings of object storage', () => {
	it('are none, or a bucket', () => {
		expect(readConfig({}).store.s3).toBeUndefined();
		expect(readConfig(good).store.s3).toEqual({
			endpoint: 'https://account.r2.cloudflarestorage.com',
			bucket: 'livestill-keyframes',
			region: 'auto',
			accessKeyId: 'key-id',
			secretAccessKey: 'se/cr+et=',
			sessionToken: undefined,
		});
		expect(readConfig({ ...good, S3_REGION: 'eu-central-1', S3_SESSION_TOKEN: 't' }).store.s3).toMatchObject({
			region: 'eu-central-1',
			sessionToken: 't',
		});
	});

	it('are all there or none', () => {
		expect(problemsOf({ S3_BUCKET: 'abc' })).toEqual([
			'Object storage over S3 needs S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY as well.',
		]);
	});

	it.each([
		['S3_ENDPOINT', 'r2.cloudflarestorage.com'],
		['S3_ENDPOINT', 'https://user:pass@host'],
		['S3_ENDPOINT', 'https://host/?x=1'],
		['S3_ENDPOINT', 'file:///etc'],
		['S3_BUCKET', 'a/b'],
		['S3_BUCKET', '..'],
		['S3_REGION', 'no region'],
		['S3_ACCESS_KEY_ID', 'with\nline'],
		['S3_SECRET_ACCESS_KEY', 'gehe\u00efm'],
	])('%s = %s is refused', (name, value) => {
		const problems = problemsOf({ ...good, [name]: value });
		expect(problems).toHaveLength(1);
		expect(problems[0]).toContain(name);
		if (name === 'S3_SECRET_ACCESS_KEY' || value.includes('pass')) expect(problems[0]).not.toContain(value);
	});
});
