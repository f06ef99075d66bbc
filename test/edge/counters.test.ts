import { describe, expect, test } from 'vitest';
import type { RequestReport } from '../../src/http/report.ts';
import { writeReport } from '../../src/reports/analytics.ts';
import { createRequestCounters } from '../../src/reports/counters.ts';

const report: RequestReport = {
	requestId: 'b8f1',
	traceId: '',
	method: 'POST',
	route: '/rest-api/stream/snapshot',
	status: 200,
	code: '',
	milliseconds: 12.5,
	cache: 'miss',
	phases: { fetch: 2, decode: 10 },
};

describe('the counters of the edge', () => {
	test('add up', () => {
		const counters = createRequestCounters();
		counters.add(report);
		counters.add({ ...report, cache: 'hit', phases: { fetch: 1 } });
		counters.add({ ...report, status: 404, code: 'STREAM_NOT_FOUND', cache: '', phases: {} });
		const lines = counters.text().split('\n');
		for (const line of [
			'livestill_edge_requests_total{route="/rest-api/stream/snapshot",status="200",code=""} 2',
			'livestill_edge_requests_total{route="/rest-api/stream/snapshot",status="404",code="STREAM_NOT_FOUND"} 1',
			'livestill_edge_pictures_total{cache="miss"} 1',
			'livestill_edge_pictures_total{cache="hit"} 1',
			'livestill_edge_phase_seconds_sum{phase="fetch"} 0.003',
			'livestill_edge_phase_seconds_count{phase="decode"} 1',
		])
			expect(lines).toContain(line);
		expect(lines.filter((line) => line.startsWith('# TYPE'))).toHaveLength(3);
	});

	test('become data points', () => {
		const points: unknown[] = [];
		writeReport({ writeDataPoint: (point: unknown) => points.push(point) } as never, report);
		expect(points).toEqual([
			{
				indexes: ['/rest-api/stream/snapshot'],
				blobs: ['/rest-api/stream/snapshot', 'POST', '200', '', 'miss'],
				doubles: [12.5, 2, 0, 10, 0, 0],
			},
		]);
	});
});
