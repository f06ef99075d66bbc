/**
 * RTMP publishers for the bench, in a process of their own: theirs is not the processor time that is measured. Forked by
 * `load.ts`; the parent sends {@link RtmpOrder}s and hears a {@link RtmpReport} after each.
 */
import { connectPublisher, type RtmpClient } from '../local/rtmp/client.ts';
import { videoTags } from '../local/rtmp/video-tags.ts';
import { clipAccessUnits, clipRate } from './rtsp-clip.ts';

export type RtmpOrder =
	/** Opens publishers until there are so many, and sends from then on. */
	| { readonly url: string; readonly streams: number }
	/** Tells what was sent. */
	| { readonly report: true }
	/** Stops to send, and tells what was sent. */
	| { readonly pause: true }
	| { readonly end: true };

export interface RtmpReport {
	readonly error?: string;
	/** Since the beginning, of all publishers. */
	readonly keyframes: number;
	readonly bytes: number;
	/** Publishers whose connection has ended by itself. */
	readonly lost: number;
	/** Pictures that were left out because this process came too late. */
	readonly late: number;
}

const [config, ...tags] = videoTags({ codec: 'h264', accessUnits: clipAccessUnits(), frameRate: clipRate });
const frameTime = 1000 / clipRate;

interface Stream {
	readonly client: RtmpClient;
	due: number;
	/** Number of the next picture; it begins with a keyframe. */
	next: number;
	isOver: boolean;
}

const streams: Stream[] = [];
const sent = { keyframes: 0, bytes: 0, lost: 0, late: 0 };
let isSending = false;

const sendPicture = (stream: Stream): void => {
	const tag = tags[stream.next % tags.length];
	if (tag === undefined) return;
	stream.client.send({ ...tag, timestamp: Math.round(stream.next * frameTime) });
	stream.next += 1;
	sent.bytes += tag.payload.length;
	if ((tag.payload[0] ?? 0) >> 4 === 1) sent.keyframes += 1;
};

setInterval(() => {
	if (!isSending) return;
	const now = performance.now();
	for (const stream of streams) {
		if (stream.due > now || stream.isOver) continue;
		sendPicture(stream);
		// A busy machine must not be given the pictures that it has missed on top.
		if (stream.due + frameTime < now - 200) sent.late += 1;
		stream.due = Math.max(stream.due + frameTime, now - 200);
	}
}, 4);

const open = async (url: string): Promise<void> => {
	const client = await connectPublisher(url);
	if (config !== undefined) client.send({ ...config, timestamp: 0 });
	const stream: Stream = { client, due: performance.now() + Math.random() * frameTime, next: 0, isOver: false };
	// The first picture of the stream is a keyframe; the others spread theirs over two seconds by when they begin.
	sendPicture(stream);
	streams.push(stream);
	void client.closed.then(() => {
		if (!stream.isOver) sent.lost += 1;
		stream.isOver = true;
	});
};

const follow = async (order: RtmpOrder): Promise<void> => {
	if ('report' in order) return;
	if ('pause' in order) isSending = false;
	else if ('end' in order) {
		isSending = false;
		for (const stream of streams.splice(0)) {
			stream.isOver = true;
			stream.client.close();
			await stream.client.closed;
		}
	} else {
		isSending = true;
		for (let first = streams.length; first < order.streams; first = streams.length)
			await Promise.all(
				Array.from({ length: Math.min(10, order.streams - first) }, (_, index) =>
					open(`${order.url}/load-${first + index}`),
				),
			);
	}
};

process.on('message', (order: RtmpOrder) => {
	follow(order).then(
		() => process.send?.(sent satisfies RtmpReport),
		(error: unknown) => process.send?.({ ...sent, error: String(error) } satisfies RtmpReport),
	);
});
process.on('disconnect', () => process.exit(0));
