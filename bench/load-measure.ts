/** One measurement of a server under load: what it used, what came, and how busy the machine was. */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMegabytes } from './load-target.ts';
import { processorTime } from './processor-time.ts';
import { median } from './statistics.ts';

/** Milliseconds before and while it is measured. */
const settle = 4000;
export const span = 10_000;
export interface Measured {
	/** Seconds of a processor in each second: of the server, and of the process that sends. */
	readonly cpu: number;
	readonly senderCpu: number;
	readonly resident: number;
	/** Bits in each second, all streams together. */
	readonly bitrate: number;
	/** Load average of the machine. */
	readonly load: number;
}

/** Begins something, and gives what ends it. */
export type Meanwhile = () => Promise<() => Promise<void>>;
export const nothing: Meanwhile = async () => async () => {};

/**
 * @param bytes that came so far, of all streams
 * @param whileMeasured begins with what is to be done meanwhile, and gives what ends it
 */
export const measure = async (
	pid: number,
	sender: number,
	bytes: () => Promise<number>,
	whileMeasured: Meanwhile,
): Promise<Measured> => {
	await sleep(settle);
	const finish = await whileMeasured();
	const came = await bytes();
	const [began, used, sent] = [performance.now(), processorTime(pid), processorTime(sender)];
	await sleep(span);
	await finish();
	const coming = (await bytes()) - came;
	const elapsed = performance.now() - began;
	const share = (before: number, after: number): number => (after - before) / elapsed;
	return {
		cpu: share(used, processorTime(pid)),
		senderCpu: share(sent, processorTime(sender)),
		resident: residentMegabytes(pid),
		bitrate: (8000 * coming) / elapsed,
		load: loadavg()[0] ?? Number.NaN,
	};
};

/** Streams of 1.5 Mbit/s that what came is worth: a busy machine sends less than it should. */
export const worth = ({ bitrate }: Measured): number => bitrate / 1.5e6;

/** Medians. */
export const middle = (runs: readonly Measured[]): Measured => {
	const of = (value: (run: Measured) => number): number => median(runs.map(value));
	return {
		cpu: of((r) => r.cpu),
		senderCpu: of((r) => r.senderCpu),
		resident: of((r) => r.resident),
		bitrate: of((r) => r.bitrate),
		load: of((r) => r.load),
	};
};
