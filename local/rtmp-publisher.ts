/**
 * livestill's own RTMP publisher: for the demo, the benchmarks and tests that shall need no ffmpeg. It plays an FLV
 * file, or access units of any codec, in real time.
 */
import { performance } from 'node:perf_hooks';
import { connectPublisher } from './rtmp/client.ts';
import { type MediaTag, readFlv } from './rtmp/flv-file.ts';
import { type VideoStream, videoTags } from './rtmp/video-tags.ts';

export { RtmpRefusal } from './rtmp/client.ts';

export interface PublishOptions {
	/** `rtmp://host:port/app/name?query` or `rtmps://…`. */
	readonly url: string;
	/** What to play: the bytes of an FLV file, or coded pictures. */
	readonly source: { readonly flv: Uint8Array } | VideoStream;
	/** Start again at the end, without a pause; else the stream ends. Default false. */
	readonly loop?: boolean;
	/** `false`: as fast as the server takes it. Default true. */
	readonly realTime?: boolean;
}

export interface RtmpPublisher {
	/** Ends the stream and resolves when the connection is closed. */
	stop(): Promise<void>;
	/** Cuts the connection without a word, as a killed publisher does. */
	kill(): void;
	/** Resolves when the connection is closed: why, '' when it was us. */
	readonly closed: Promise<string>;
	/** Tags that were sent. */
	readonly sent: number;
}

/** Time between the last tag of a round and the first of the next, milliseconds. */
const roundGap = 33;

const duration = (tags: readonly MediaTag[]): number =>
	tags.reduce((most, { timestamp }) => Math.max(most, timestamp), 0) + roundGap;

/**
 * Publishes; resolves once the server has accepted.
 *
 * @throws RtmpRefusal when it does not; the socket's error when there is no server
 */
export const publish = async (options: PublishOptions): Promise<RtmpPublisher> => {
	const { url, source, loop = false, realTime = true } = options;
	const tags = 'flv' in source ? readFlv(source.flv) : videoTags(source);
	if (tags.length === 0) throw new Error('there is nothing to publish');
	const client = await connectPublisher(url);
	let running = true;
	let sent = 0;
	let wake = (): void => {};
	const sleep = (milliseconds: number): Promise<void> =>
		new Promise((resolve) => {
			const timer = setTimeout(resolve, milliseconds);
			wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	void client.closed.then(() => {
		running = false;
		wake();
	});

	const play = async (): Promise<void> => {
		const startedAt = performance.now();
		const roundLength = duration(tags);
		for (let round = 0; running && (round === 0 || loop); round += 1) {
			for (const tag of tags) {
				const timestamp = round * roundLength + tag.timestamp;
				const early = startedAt + timestamp - performance.now();
				if (realTime && early > 1) await sleep(early);
				if (!running) return;
				sent += 1;
				if (!client.send({ ...tag, timestamp })) await client.drained();
			}
		}
		client.close();
	};
	void play();

	return {
		stop: async () => {
			running = false;
			wake();
			client.close();
			await client.closed;
		},
		kill: () => client.destroy(),
		closed: client.closed,
		get sent() {
			return sent;
		},
	};
};
