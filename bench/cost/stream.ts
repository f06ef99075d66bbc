/** The life of one stream: its publishes and the requests for it, in the order of time. */
import { createEdge, type Live } from './edge.ts';
import { type Publish, startPublish } from './publish.ts';
import { createAskedPublisher, createSteadyPublisher } from './publisher.ts';
import type { CostSettings } from './settings.ts';
import type { Tally } from './tally.ts';
import type { PublishTime, Trace } from './traffic.ts';

/** Counts into `tally` what the trace costs from 0 to `duration`. */
export const simulateStream = (trace: Trace, settings: CostSettings, duration: number, tally: Tally): void => {
	const { protocol, publishes, looks } = trace;
	const { pushInterval, keyframeInterval } = settings;
	const edge = createEdge(settings, tally);
	const keyframes = new Map<number, number | null>();
	let current: { readonly live: Live; readonly time: PublishTime } | null = null;
	let counted = { puts: 0, historyPuts: 0 };

	/** Counts what was written since the last time. */
	const count = ({ puts, historyPuts }: Publish): void => {
		tally.puts += puts - counted.puts;
		tally.historyPuts += historyPuts - counted.historyPuts;
		counted = { puts, historyPuts };
	};
	const begin = (time: PublishTime): void => {
		const { from, firstKeyframe } = time;
		const first = from + firstKeyframe;
		const publisher =
			protocol === 'webrtc'
				? createAskedPublisher(first, pushInterval)
				: createSteadyPublisher(first, keyframeInterval);
		const publish = startPublish(from, publisher, settings);
		counted = { puts: 0, historyPuts: 0 };
		if (from < 0) {
			publish.advance(-1);
			counted = { puts: publish.puts, historyPuts: publish.historyPuts };
		} else {
			// The claim of the name looks who has it.
			tally.heads += 1;
			tally.publishes += 1;
		}
		current = {
			time,
			live: { publisher, publish, protocol, keyframeInterval: protocol === 'webrtc' ? pushInterval : keyframeInterval },
		};
	};
	const advance = (until: number): void => {
		if (current === null) return;
		const { live, time } = current;
		const end = Math.min(time.to, until);
		live.publish.advance(end);
		count(live.publish);
		if (time.to > until) return;
		// The tombstone.
		if (live.publish.stored !== null) tally.puts += 1;
		current = null;
	};

	const waiting = [...publishes];
	const passTo = (time: number): void => {
		advance(time);
		for (let next = waiting[0]; next !== undefined && next.from <= time; next = waiting[0]) {
			waiting.shift();
			tally.liveTime += Math.min(next.to, duration) - Math.max(next.from, 0);
			begin(next);
			advance(time);
		}
	};
	const liveNow = (): Live | null => current?.live ?? null;

	for (const { time, place, visit } of looks) {
		passTo(time);
		if (visit === null) edge.post(time, place, liveNow());
		else keyframes.set(visit, edge.preview(time, place, liveNow(), keyframes.get(visit) ?? null));
	}
	passTo(duration - 1);
};
