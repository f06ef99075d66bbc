import { createMiddleware } from 'hono/factory';
import { createStopwatch, phases, type Stopwatch } from '../snapshot/stopwatch.ts';

/** Variables that {@link timed} sets for the handlers. */
export interface TimedVariables {
	stopwatch: Stopwatch;
}

/** Value of a `Server-Timing` header: every phase that was entered, in order, then what the cache said. */
const serverTiming = ({ laps, cache }: Stopwatch): string => {
	const metrics: string[] = [];
	for (const phase of phases) {
		const milliseconds = laps.get(phase);
		if (milliseconds !== undefined) metrics.push(`${phase};dur=${milliseconds.toFixed(1)}`);
	}
	if (cache !== null) metrics.push(`cache;desc=${cache}`);
	return metrics.join(', ');
};

/** Gives the handler a stopwatch and tells the client what it measured, also when the handler fails. */
export const timed = createMiddleware<{ Variables: TimedVariables }>(async (context, next) => {
	const stopwatch = createStopwatch(() => performance.now());
	context.set('stopwatch', stopwatch);
	await next();
	const timing = serverTiming(stopwatch);
	if (timing !== '') context.res.headers.set('Server-Timing', timing);
});
