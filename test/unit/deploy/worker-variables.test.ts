/** What the Worker reads is told to whoever deploys it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('docs/deploy.md', () => {
	it('has every binding, secret and variable of the Worker, and no others', () => {
		const declared = [...read('src/env.ts').matchAll(/^\treadonly ([A-Z_]+)\??: /gm)].map(([, name]) => name);
		const told = [...read('docs/deploy.md').matchAll(/^\| `([A-Z_]+)` \| (?:binding|secret|variable)/gm)].map(
			([, name]) => name,
		);
		expect(declared.length).toBeGreaterThan(10);
		expect(told.sort()).toEqual(declared.sort());
	});
});
