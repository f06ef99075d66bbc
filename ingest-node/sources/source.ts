/** What a stream is that this node fetches itself. */
import type { StreamName } from '../../src/shared/stream-name.ts';
import type { LowerTransport } from '../protocols/rtsp/pull-session.ts';
import type { RtspUri } from '../protocols/rtsp/rtsp-uri.ts';

export interface SourceSettings {
	readonly name: StreamName;
	readonly uri: RtspUri;
	/** Fetched while somebody asks for pictures; else always. */
	readonly isOnDemand: boolean;
	/** Fetched once, for who asks now, and forgotten afterwards. */
	readonly isTransient: boolean;
	/** What is tried first. */
	readonly transport: LowerTransport;
	/** With `rtsps`: the certificate may be anybody's, as it is with most cameras. */
	readonly anyCertificate: boolean;
	/** The operator has named it: its host needs no permission. Where it redirects to does. */
	readonly isTrusted: boolean;
}

/** `standby`: nobody asks; `waiting`: until the next attempt. */
export type SourceState = 'standby' | 'connecting' | 'playing' | 'waiting';
