/** The alert rules: about metrics that there are, explained, and judged by Prometheus. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../../ingest-node/metrics.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

interface Rule {
	readonly alert: string;
	readonly expr: string;
	readonly labels: { readonly severity: string };
	readonly annotations: { readonly summary: string };
}
const { groups } = parse(read('deploy/prometheus-alerts.yaml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

const promtool = (...args: string[]) => {
	const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', cwd: `${root}deploy` });
	return { status, text: stdout + stderr };
};
const hasPrometheus = spawnSync('promtool', ['--version']).status === 0;

describe('deploy/prometheus-alerts.yaml', () => {
	it('asks for metrics that there are', async () => {
		const metrics = createMetrics({ streams: () => [], storeIsUp: () => true, clockOffset: () => 0 });
		const names = [...(await metrics.text()).matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
		for (const { alert, expr } of rules) {
			const used = expr.match(/\b(livestill|nodejs|process)_[a-z0-9_]+/g) ?? [];
			if (alert !== 'LivestillNodeDown') expect(used, alert).not.toEqual([]);
			for (const name of used)
				expect(names).toContain(names.includes(name) ? name : name.replace(/_(count|bucket|sum)$/, ''));
		}
	});

	it('has an explanation and an example for each', () => {
		const explained = read('docs/operate.md').match(/(?<=^\| `)Livestill[A-Za-z]+(?=`)/gm);
		expect([...(explained ?? [])].sort()).toEqual(rules.map(({ alert }) => alert).sort());
		for (const { alert } of rules)
			expect(read('deploy/prometheus-alerts.test.yaml')).toContain(`alertname: ${alert}\n`);
	});

	it.skipIf(!hasPrometheus)('is what Prometheus takes, and fires when it should', () => {
		expect(promtool('check', 'rules', 'prometheus-alerts.yaml')).toMatchObject({ status: 0 });
		const { status, text } = promtool('test', 'rules', 'prometheus-alerts.test.yaml');
		expect(text).toContain('SUCCESS');
		expect(status).toBe(0);
	});
});
