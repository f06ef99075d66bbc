/** A client of the REST API. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface SnapshotAnswer {
	readonly status: number;
	/** Error code, or `null` when there is a picture. */
	readonly code: string | null;
	readonly png: Buffer | null;
	readonly timestamp: number;
	readonly width: number;
	readonly height: number;
	readonly serverTiming: string;
}

export const takeSnapshot = async (rest: string, streamName: string, options = {}): Promise<SnapshotAnswer> => {
	const response = await fetch(`${rest}/rest-api/stream/snapshot`, {
		method: 'POST',
		body: JSON.stringify({ streamName, ...options }),
	});
	const body = (await response.json()) as Partial<{
		data: string;
		timestamp: number;
		width: number;
		height: number;
		error: { code: string };
	}>;
	return {
		status: response.status,
		code: body.error?.code ?? null,
		png: body.data === undefined ? null : Buffer.from(body.data, 'base64'),
		timestamp: body.timestamp ?? 0,
		width: body.width ?? 0,
		height: body.height ?? 0,
		serverTiming: response.headers.get('server-timing') ?? '',
	};
};

/** Asks until the answer is as wanted; gives the milliseconds that it took. @throws Error after `limit` milliseconds */
export const until = async (what: string, limit: number, holds: () => Promise<boolean>): Promise<number> => {
	const began = performance.now();
	for (;;) {
		if (await holds()) return performance.now() - began;
		if (performance.now() - began > limit) throw new Error(`${what}: not within ${limit} ms`);
		await sleep(25);
	}
};

/** Waits until a snapshot of the stream gives `status`. */
export const untilStatus = async (rest: string, name: string, status: number, limit: number): Promise<number> => {
	let last: string | null = null;
	const holds = async (): Promise<boolean> => {
		const answer = await takeSnapshot(rest, name);
		last = answer.code;
		return answer.status === status;
	};
	return until(`${name} is ${status}`, limit, holds).catch((cause) => {
		throw new Error(`${cause.message}; the last code was ${last}`, { cause });
	});
};
