/** The tracks that a publisher has announced, and the ways that it has set up for them. */
import { controlUrls } from './control-url.ts';
import type { MediaDescription, MediaTrack } from './media-description.ts';
import { Refusal } from './status.ts';
import { parseTransports, type Transport, type TransportPair } from './transport.ts';

export interface PushTracks {
	/** The track that a SETUP means; its index. @throws Refusal */
	find(url: string): number;
	/** The first transport of the header that can be had, channels filled in. @throws Refusal */
	choose(index: number, header: string, hasUdp: boolean): Transport;
	/** The track is set up. */
	add(index: number, channels: TransportPair | null): void;
	/** What a channel carries, `null`: none of ours. */
	onChannel(channel: number): { readonly index: number; readonly kind: keyof TransportPair } | null;
	has(index: number): boolean;
}

/** Without scheme and host, which proxies and clients write as they like, and without a slash at the end. */
const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/?]*/i, '').replace(/\/$/, '');

const maxChannel = 255;

/** @param baseUrl what was announced */
export const createPushTracks = (baseUrl: string, { tracks }: MediaDescription): PushTracks => {
	const channels = new Map<number, { readonly index: number; readonly kind: keyof TransportPair }>();
	const isSetUp = new Set<number>();

	const paths = tracks.map(({ control }: MediaTrack) => new Set(controlUrls(baseUrl, control).map(pathOf)));

	/** The channels that the client names, where they are free, else others: the answer counts. */
	const freeChannels = (wanted: TransportPair | null): TransportPair => {
		if (wanted !== null && !channels.has(wanted.rtp) && !channels.has(wanted.rtcp) && wanted.rtp !== wanted.rtcp)
			return wanted;
		for (let rtp = 0; rtp < maxChannel; rtp += 2)
			if (!channels.has(rtp) && !channels.has(rtp + 1)) return { rtp, rtcp: rtp + 1 };
		throw new Refusal(461, 'No free channels');
	};

	return {
		find: (url) => {
			const path = pathOf(url);
			const matches = [...paths.keys()].filter((index) => paths[index]?.has(path));
			// Some call all of their tracks alike.
			const match = matches.find((index) => !isSetUp.has(index)) ?? matches[0];
			if (match !== undefined) return match;
			// A single track is meant, whatever it is called.
			if (tracks.length === 1) return 0;
			throw new Refusal(404, 'No such track was announced');
		},
		choose: (index, header, hasUdp) => {
			if (isSetUp.has(index)) throw new Refusal(455, 'The track is set up already');
			for (const transport of parseTransports(header)) {
				if (transport.isMulticast) continue;
				if (transport.lower === 'tcp') return { ...transport, interleaved: freeChannels(transport.interleaved) };
				if (hasUdp && transport.clientPort !== null) return transport;
			}
			throw new Refusal(461);
		},
		add: (index, pair) => {
			isSetUp.add(index);
			if (pair === null) return;
			channels.set(pair.rtp, { index, kind: 'rtp' });
			channels.set(pair.rtcp, { index, kind: 'rtcp' });
		},
		onChannel: (channel) => channels.get(channel) ?? null,
		has: (index) => isSetUp.has(index),
	};
};
