/** Requests as data points of Workers Analytics Engine, where all isolates of all places come together. */
import type { RequestReport } from '../http/report.ts';
import { phases } from '../snapshot/stopwatch.ts';

/**
 * Index: route. Blobs: route, method, status, error code, cache. Doubles: milliseconds of the request, then of each phase in
 * the order of {@link phases}, 0 for those that were not entered.
 *
 * https://developers.cloudflare.com/analytics/analytics-engine/
 */
export const writeReport = (dataset: AnalyticsEngineDataset, report: RequestReport): void => {
	const { route, method, status, code, cache, milliseconds } = report;
	dataset.writeDataPoint({
		indexes: [route],
		blobs: [route, method, String(status), code, cache],
		doubles: [milliseconds, ...phases.map((phase) => report.phases[phase] ?? 0)],
	});
};
