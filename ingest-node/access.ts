/** The secrets that let publishers and players in, where the operator has set any. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { LivestillError } from '../src/shared/errors.ts';

export interface AccessOptions {
	/** `PUBLISH_TOKEN`; `undefined`: anybody may publish. */
	readonly publishToken: string | undefined;
	/** `PLAY_TOKEN`; `undefined`: anybody may play. */
	readonly playToken: string | undefined;
}

/** What came with a request: a query string with `token=…`, whatever the protocol carried it in. */
interface Credentials {
	readonly query: string;
	/** Whether the client has proved to know a secret that it has not sent along: RTSP's digest. Without it: no. */
	readonly proves?: (secret: string) => boolean;
}

export interface Access {
	/** @throws LivestillError `UNAUTHORIZED` */
	publish(request: Credentials): Promise<void>;
	/** Who may publish may also play. @throws LivestillError `UNAUTHORIZED` */
	play(request: Credentials): Promise<void>;
	mayPlay(query: string): boolean;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Equal digests are compared in constant time, whatever the lengths. */
const tokenTest = (token: string | undefined): ((query: string) => boolean) => {
	if (token === undefined) return () => true;
	const expected = digest(token);
	return (query) => timingSafeEqual(digest(new URLSearchParams(query).get('token') ?? ''), expected);
};

const demand = (isLetIn: boolean): void => {
	if (!isLetIn) throw new LivestillError('UNAUTHORIZED', 'Restricted access');
};

/**
 * The token is WHIP's and WHEP's bearer token, a WebSDK client's `authToken` or `custom.token`, the field `token` of the
 * query of an RTMP or RTSP URL, or an RTSP publisher's password.
 */
export const createAccess = ({ publishToken, playToken }: AccessOptions): Access => {
	const mayPublish = tokenTest(publishToken);
	const holdsPlayToken = tokenTest(playToken);
	const mayPlay = (query: string): boolean =>
		holdsPlayToken(query) || (publishToken !== undefined && mayPublish(query));
	return {
		publish: async ({ query, proves }) =>
			demand(mayPublish(query) || (publishToken !== undefined && proves?.(publishToken) === true)),
		play: async ({ query }) => demand(mayPlay(query)),
		mayPlay,
	};
};
