/**
 * How much a node bears: hundreds of streams at once, of each protocol, with snapshots meanwhile; RTMP against
 * node-media-server in the same run. Below five minutes.
 */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestStack } from '../test/e2e/support/stack.ts';
import { type Meanwhile, type Measured, measure, middle, nothing, span, worth } from './load-measure.ts';
import { type LoadProcess, startLoadProcess } from './load-process.ts';
import { healthOf, type StreamHealth, startLoadStack, startNodeMediaServer, untilEmpty } from './load-target.ts';
import type { Section } from './report.ts';
import type { RtmpOrder, RtmpReport } from './rtmp-load.ts';
import type { LoadOrder as RtspOrder } from './rtsp-load.ts';
import { startVisiting } from './snapshot-visitor.ts';
import type { Cell } from './table.ts';
import type { LoadOrder as WebRtcOrder } from './webrtc-load.ts';

/** Streams at once, RTMP and the others. `LOAD_STREAMS=150,100` for a smaller machine. */
const [rtmpStreams = 300, otherStreams = 200] = (process.env.LOAD_STREAMS ?? '300,200').split(',').map(Number);
/** Turns of RTMP on ours and on node-media-server. */
const rounds = 2;
/** Snapshots a second meanwhile: a page of twenty streams that is loaded anew every twenty seconds. */
const snapshotRate = 1;

const total = (streams: readonly StreamHealth[], value: (stream: StreamHealth) => number): number =>
	streams.reduce((sum, stream) => sum + value(stream), 0);

const freePort = (): Promise<number> =>
	new Promise((resolve) => {
		const server = createServer();
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});

const head = [
	...[
		'',
		'streams',
		'load reached %',
		'CPU % of a core',
		'CPU s per stream-minute',
		'streams per core',
		'keyframes lost',
	],
	...['MB', 'sender CPU %', 'load average'],
];

const row = (what: string, streams: number, run: Measured, lost: Cell): Cell[] => [
	...[what, streams, (100 * worth(run)) / streams, 100 * run.cpu, (60 * run.cpu) / worth(run), worth(run) / run.cpu],
	...[lost, run.resident, 100 * run.senderCpu, run.load],
];

/** Publishers of ours or of the peer; what was lost is known where the server tells what it has seen. */
const runRtmp = async (
	target: { readonly pid: number; readonly rtmp: string; readonly seen?: () => Promise<number> },
	streams: number,
	meanwhile: Meanwhile,
): Promise<Measured & { readonly lost: Cell; readonly late: number }> => {
	const load: LoadProcess<RtmpOrder, RtmpReport> = startLoadProcess('rtmp-load.ts');
	try {
		await load.order({ url: target.rtmp, streams });
		const measured = await measure(
			target.pid,
			load.pid,
			async () => (await load.order({ report: true })).bytes,
			meanwhile,
		);
		const { keyframes, lost, late } = await load.order({ pause: true });
		if (lost > 0) throw new Error(`${lost} of ${streams} connections were lost`);
		// What is on its way arrives.
		await sleep(1500);
		const missing = target.seen === undefined ? '-' : keyframes - (await target.seen());
		await load.order({ end: true });
		return { ...measured, lost: missing, late };
	} finally {
		load.stop();
	}
};

/** Streams of another protocol, from a load process that is stopped afterwards. */
const runOthers = async <Order extends object>(
	stack: TestStack,
	file: string,
	order: Order,
	meanwhile: Meanwhile,
): Promise<Measured & { readonly lost: number }> => {
	const load = startLoadProcess<Order, object>(file);
	try {
		await load.order(order);
		const before = await healthOf(stack);
		const bytes = async (): Promise<number> => total(await healthOf(stack), ({ counters }) => counters.bytes ?? 0);
		const measured = await measure(stack.ingestPid() ?? 0, load.pid, bytes, meanwhile);
		const after = await healthOf(stack);
		if (after.length < before.length) throw new Error(`${after.length} streams are left of ${before.length}`);
		const lost = (streams: readonly StreamHealth[]): number => total(streams, ({ counters }) => counters.lost ?? 0);
		return { ...measured, lost: lost(after) - lost(before) };
	} finally {
		load.stop();
	}
};

export const benchLoad = async (hasFfmpeg: boolean): Promise<Section[]> => {
	if (!hasFfmpeg || process.platform !== 'linux') {
		console.warn('!!! Load is measured on Linux, with clips made by ffmpeg: not measured');
		return [];
	}
	const rows: Cell[][] = [];
	const visitRows: Cell[][] = [];
	const stack = await startLoadStack();
	const port = await freePort();
	const peer = await startNodeMediaServer(port);
	/** Takes snapshots of what there is. */
	const visits =
		(what: string): Meanwhile =>
		async () => {
			const names = (await healthOf(stack)).map(({ name }) => name);
			const finish = startVisiting(stack.rest, names, snapshotRate);
			return async () => {
				const { taken, failed, median: usual, p95, oldest } = await finish();
				visitRows.push([what, taken, failed, usual, p95, oldest]);
			};
		};
	/** `null`, and a line that says why, when the machine does not bear it. */
	const attempt = async <T>(what: string, run: () => Promise<T>): Promise<T | null> => {
		console.error(what);
		try {
			return await run();
		} catch (error) {
			console.error(`  left out: ${error instanceof Error ? error.message : error}`);
			return null;
		}
	};
	try {
		const ours: (Measured & { lost: Cell })[] = [];
		const theirs: Measured[] = [];
		const seen = async (): Promise<number> => total(await healthOf(stack), ({ keyframes }) => keyframes);
		for (let round = 0; round < rounds; round += 1) {
			const target = { pid: stack.ingestPid() ?? 0, rtmp: stack.rtmp, seen };
			const run = await attempt('RTMP', () => runRtmp(target, rtmpStreams, visits('RTMP')));
			if (run !== null) ours.push(run);
			await untilEmpty(stack);
			const other = await attempt('RTMP, node-media-server', () => runRtmp(peer, rtmpStreams, nothing));
			if (other !== null) theirs.push(other);
			await sleep(1000);
		}
		if (ours.length > 0)
			rows.push(
				row(
					'RTMP',
					rtmpStreams,
					middle(ours),
					ours.reduce((sum, { lost }) => sum + Number(lost), 0),
				),
			);
		if (theirs.length > 0) rows.push(row('RTMP, node-media-server', rtmpStreams, middle(theirs), '-'));

		const rtspPort = Number(new URL(stack.rtsp.replace('rtsp', 'http')).port);
		for (const lower of ['tcp', 'udp'] as const) {
			const what = `RTSP over ${lower.toUpperCase()}`;
			const order: RtspOrder = { port: rtspPort, streams: otherStreams, lower };
			const run = await attempt(what, () => runOthers(stack, 'rtsp-load.ts', order, visits(what)));
			if (run !== null) rows.push(row(what, otherStreams, run, `${run.lost} packets`));
			await untilEmpty(stack);
		}
		const http = stack.urls.ws?.replace('ws', 'http') ?? '';
		const order: WebRtcOrder = { http, publishers: otherStreams, players: 0 };
		const run = await attempt('WebRTC', () => runOthers(stack, 'webrtc-load.ts', order, visits('WebRTC')));
		if (run !== null) rows.push(row('WebRTC', otherStreams, run, `${run.lost} packets`));
		const cost = (runs: readonly Measured[]): number => middle(runs).cpu / worth(middle(runs));
		const ratio = ours.length > 0 && theirs.length > 0 ? cost(ours) / cost(theirs) : Number.NaN;
		return [
			{
				title: `Many streams at once, 1.5 Mbit/s each, a keyframe every 2 s (WebRTC: 5 s): ${span / 1000} s, RTMP the median of ${rounds} rounds. CPU of an RTMP stream against node-media-server's: ${ratio.toFixed(2)}`,
				head,
				rows,
			},
			{
				title: `Snapshots of these streams meanwhile, ${snapshotRate} a second, ms`,
				head: ['', 'taken', 'failed', 'median', 'p95', 'oldest picture'],
				rows: visitRows,
			},
		];
	} finally {
		peer.stop();
		await stack.stop();
	}
};
