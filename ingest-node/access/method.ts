/** A way to find out who may do what: tokens, stream keys, JSON Web Tokens, the operator's own program. */
import type { StreamName } from '../../src/shared/stream-name.ts';
import type { Action } from './grant.ts';
import type { Shown } from './shown.ts';

export interface AccessRequest {
	readonly action: Action;
	/** Of the client: `webrtc`, `rtmp`, `rtsp`; `http` for calls about cameras. */
	readonly protocol: string;
	/** `null`: no stream in particular. */
	readonly name: StreamName | null;
	/** Address and port of the client. */
	readonly remote: string;
	/** Query string with what the client shows, without `?`. Never logged. */
	readonly query: string;
	/** Whether the client has proved to know a secret that it has not sent along: RTSP's digest. Without it: no. */
	readonly proves?: ((secret: string) => boolean) | undefined;
}

/** That a method does not let a client in. */
export interface Refusal {
	/** For the log. Tells no secret. */
	readonly reason: string;
	/** Whether what was shown has been judged; `false` when whoever knows could not be asked. */
	readonly isVerdict: boolean;
}

export const refused = (reason: string): Refusal => ({ reason, isVerdict: true });
export const undecided = (reason: string): Refusal => ({ reason, isVerdict: false });

export interface AccessMethod {
	/** Whether nobody gets through to the action without credentials because of it. */
	closes(action: Action): boolean;
	/** Resolves to `null` when it lets the client in. Never rejects. */
	refusal(request: AccessRequest, shown: Shown): Promise<Refusal | null>;
	/** Whether it can check a proof of a secret that was not sent. */
	readonly takesProofs: boolean;
}
