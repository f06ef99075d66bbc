/**
 * What players find of a stream, whatever protocol brought it: its publisher hands this to the hub, the media engine asks
 * the hub for it.
 */
import type { Relay } from './protocols/webrtc/relay.ts';

export interface Playable {
	/** Why browsers cannot play the stream, and what would help; `null` while nothing is known that keeps them from it. */
	readonly obstacle: string | null;
	/**
	 * What players listen to; resolves when it is known what they have to take, which may be never.
	 *
	 * @throws LivestillError `UNSUPPORTED_CODEC`: the obstacle
	 */
	relay(): Promise<Relay>;
}

/** A stream of which everything is known from its start. */
export const playableAtOnce = (relay: Relay): Playable => ({ obstacle: null, relay: async () => relay });
