/** The documents about metrics know those that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../ingest-node/metrics.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const metrics = createMetrics({ streams: () => [], storeIsUp: () => true, clockOffset: () => 0 });
const text = await metrics.text();
const defined = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
const names = defined.map(({ name }) => name);
const ours = names.filter((name) => name.startsWith('livestill_'));

describe('metrics', () => {
	it('are all documented, and no others', () => {
		const documented = new Set(read('docs/metrics.md').match(/\blivestill_(?!edge)[a-z_]+\b/g));
		const bare = [...documented].map((name) => name.replace(/_(count|bucket|sum)$/, ''));
		expect([...new Set(bare)].sort()).toEqual([...ours].sort());
	});

	it('on the dashboard exist, and all of ours are there', () => {
		const dashboard = read('deploy/grafana-dashboard.json');
		const used = [...dashboard.matchAll(/\b((?:livestill|nodejs|process)_[a-z0-9_]+)/g)].map(([, name = '']) => name);
		const bases = used.map((name) => (names.includes(name) ? name : name.replace(/_(count|bucket|sum)$/, '')));
		for (const name of bases) expect(names).toContain(name);
		for (const name of ours) expect(bases).toContain(name);
	});

	it('are named after their kind', () => {
		for (const { name, type } of defined.filter(({ name }) => ours.includes(name))) {
			expect(name.endsWith('_total')).toBe(type === 'counter');
			if (type === 'histogram') expect(name).toMatch(/_seconds$/);
		}
	});
});
