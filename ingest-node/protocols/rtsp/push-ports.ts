/** What a publisher's session needs of the server that owns its connection. */
import type { Clock } from '../../clock.ts';
import type { AccessUnit } from '../../unit.ts';
import type { RtpPlayable } from '../webrtc/rtp-playable.ts';
import type { Proof } from './auth/server-auth.ts';
import type { PushTarget } from './push-target.ts';
import type { TransportPair } from './transport.ts';

export interface PushPorts {
	readonly clock: Clock;
	/** Text that nobody can guess, letters and digits. */
	readonly createId: () => string;
	/** Whether a digest can be checked: without it only basic is offered. */
	readonly takesDigest?: (() => boolean) | undefined;
	/** Sends bytes over the connection. */
	readonly send: (bytes: Uint8Array) => void;
	/**
	 * Claims the name.
	 *
	 * @param proof what the publisher has proved to know
	 * @throws LivestillError `UNAUTHORIZED`, `STREAM_NAME_IN_USE`, …
	 */
	readonly publish: (target: PushTarget, proof: Proof | null) => Promise<PushedStream>;
	/** Opens ports for a track; `null`: there is no UDP here. @throws LivestillError `BUSY` */
	readonly openUdp: ((track: UdpTrack) => Promise<UdpPath>) | null;
	/** An error that is none of the client's. */
	readonly onFault: (error: unknown) => void;
}

/** The stream of a publisher that was let in. */
export interface PushedStream {
	deliver(unit: AccessUnit): void;
	/** How players get it. */
	readonly playable: RtpPlayable;
	/** Counts what had to be discarded. */
	discard(reason: string): void;
	end(reason: string): void;
}

export interface UdpTrack {
	/** The client's ports. */
	readonly clientPort: TransportPair;
	readonly onPacket: (kind: keyof TransportPair, bytes: Uint8Array) => void;
}

export interface UdpPath {
	/** Ours. */
	readonly ports: TransportPair;
	send(to: keyof TransportPair, bytes: Uint8Array): void;
	close(): void;
}
