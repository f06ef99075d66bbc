/** A publisher over RTMP whose every picture shows when it was made: `clock-picture.ts`. */
import { connectPublisher } from '../../local/rtmp/client.ts';
import { type VideoStream, videoTags } from '../../local/rtmp/video-tags.ts';
import { clockPicture } from './clock-picture.ts';

export interface ClockPublisher {
	/** From now on pictures of this size. */
	scale: number;
	/** Pictures of another codec instead of the clock; `null`: the clock again. */
	other: VideoStream | null;
	readonly closed: Promise<string>;
	/** Ends the stream as a well-behaved publisher does. */
	stop(): Promise<void>;
	/** Cuts the connection. */
	kill(): void;
}

export interface ClockPublisherOptions {
	readonly url: string;
	readonly scale?: number;
	/** Milliseconds between two pictures. */
	readonly interval?: number;
}

/** @throws RtmpRefusal, or the socket's error */
export const publishClock = async ({
	url,
	scale = 1,
	interval = 250,
}: ClockPublisherOptions): Promise<ClockPublisher> => {
	const client = await connectPublisher(url);
	const startedAt = performance.now();
	let shape = '';
	let next = 0;
	const send = (): void => {
		const stream = publisher.other ?? {
			codec: 'h264' as const,
			accessUnits: [clockPicture(Date.now(), publisher.scale)],
			frameRate: 1,
		};
		const [config, ...pictures] = videoTags(stream);
		const timestamp = Math.round(performance.now() - startedAt);
		const now = `${stream.codec} ${publisher.scale}`;
		// A sequence header where the format changes, as encoders send it.
		if (config !== undefined && now !== shape) client.send({ ...config, timestamp });
		shape = now;
		next += 1;
		const picture = pictures[next % pictures.length];
		if (picture !== undefined) client.send({ ...picture, timestamp });
	};
	const publisher: ClockPublisher = {
		scale,
		other: null,
		closed: client.closed,
		stop: async () => {
			client.close();
			await client.closed;
		},
		kill: client.destroy,
	};
	send();
	const timer = setInterval(send, interval);
	void client.closed.then(() => clearInterval(timer));
	return publisher;
};

/** The same, again and again until it is let in; also after each end, until `stop`. */
export const keepPublishingClock = (options: ClockPublisherOptions & { readonly pause?: number }) => {
	const { pause = 300 } = options;
	const refusals: string[] = [];
	let current: ClockPublisher | null = null;
	let isStopped = false;
	const wait = (): Promise<void> =>
		new Promise((resolve) => {
			setTimeout(resolve, pause);
		});
	const run = async (): Promise<void> => {
		while (!isStopped) {
			try {
				current = await publishClock(options);
				if (isStopped) await current.stop();
				else await current.closed;
			} catch (error) {
				refusals.push(error instanceof Error ? error.message : String(error));
			}
			current = null;
			if (!isStopped) await wait();
		}
	};
	const finished = run();
	return {
		refusals,
		/** Whether it is let in at the moment. */
		isPublishing: () => current !== null,
		stop: async (): Promise<void> => {
			isStopped = true;
			await current?.stop();
			await finished;
		},
	};
};
