/** Requests of one isolate, counted, in Prometheus' text format. `docs/metrics.md` */
import type { RequestReport } from '../http/report.ts';

export interface RequestCounters {
	add(report: RequestReport): void;
	/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
	text(): string;
}

/** Values by label text; a metric has as many as there are routes, statuses, codes and phases, whatever clients send. */
type Samples = Map<string, number>;

const families = {
	livestill_edge_requests_total: 'Requests that were answered.',
	livestill_edge_pictures_total: 'Pictures by what the cache said.',
	livestill_edge_phase_seconds_sum: '',
	livestill_edge_phase_seconds_count: '',
} as const;

export const createRequestCounters = (): RequestCounters => {
	const samples = Object.fromEntries(Object.keys(families).map((name) => [name, new Map<string, number>()])) as Record<
		keyof typeof families,
		Samples
	>;
	const add = (name: keyof typeof families, labels: Readonly<Record<string, string | number>>, value = 1): void => {
		const key = Object.entries(labels)
			.map(([label, text]) => `${label}="${text}"`)
			.join(',');
		samples[name].set(key, (samples[name].get(key) ?? 0) + value);
	};
	const lines = (name: keyof typeof families): string[] =>
		[...samples[name]].map(([labels, value]) => `${name}{${labels}} ${value}`);
	return {
		add: ({ route, status, code, cache, phases }) => {
			add('livestill_edge_requests_total', { route, status, code });
			if (cache !== '') add('livestill_edge_pictures_total', { cache });
			for (const [phase, milliseconds] of Object.entries(phases)) {
				add('livestill_edge_phase_seconds_sum', { phase }, milliseconds / 1000);
				add('livestill_edge_phase_seconds_count', { phase });
			}
		},
		text: () =>
			[
				...(['livestill_edge_requests_total', 'livestill_edge_pictures_total'] as const).flatMap((name) => [
					`# HELP ${name} ${families[name]}`,
					`# TYPE ${name} counter`,
					...lines(name),
				]),
				'# HELP livestill_edge_phase_seconds Time of the phases of a snapshot; the count of decode is the number of decodes.',
				'# TYPE livestill_edge_phase_seconds summary',
				...lines('livestill_edge_phase_seconds_sum'),
				...lines('livestill_edge_phase_seconds_count'),
				'',
			].join('\n'),
	};
};
