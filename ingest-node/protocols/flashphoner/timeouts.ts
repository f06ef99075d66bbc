/** Milliseconds of the signalling, each with its reason. */
export interface SignallingTimeouts {
	/** From the WebSocket to the `connection` message, which the SDK sends at once. */
	readonly hello: number;
	/** Between two pings: as in WCS; a client's watchdog may count on it. */
	readonly ping: number;
	/** Without any message, pongs included, before the client counts as gone: six pings. */
	readonly silence: number;
	/** From an offer to connected media: the browser tries for about as long. */
	readonly pending: number;
	/** That PUBLISHING waits for the store at most: who hears it may take a snapshot. The hub announces within 500 ms. */
	readonly store: number;
	/** From the end of media to FAILED: a client that stops closes its media first, and its stop is on the way. */
	readonly stopGrace: number;
}

export const signallingTimeouts: SignallingTimeouts = {
	hello: 10_000,
	ping: 5000,
	silence: 30_000,
	pending: 15_000,
	store: 2000,
	stopGrace: 300,
};
