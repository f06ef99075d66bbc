/**
 * The STUN and TURN servers that clients are told, for networks that let no UDP out. Credentials are the operator's own,
 * or made for 12 hours from a secret that the TURN server knows, too: the "TURN REST API" (draft-uberti-behave-turn-rest),
 * `use-auth-secret` of coturn.
 */
import { createHmac } from 'node:crypto';
import { isTurn, type TurnConfig } from './turn-config.ts';

/** `RTCIceServer` of W3C WebRTC. */
export interface IceServer {
	readonly urls: readonly string[];
	readonly username?: string;
	readonly credential?: string;
}

/** Seconds that credentials are good for: a long broadcast; a TURN server may ask for them again at any time. */
export const credentialTime = 12 * 3600;

/** @param now epoch milliseconds */
const loginOf = ({ login, secret }: TurnConfig, now: number): TurnConfig['login'] => {
	if (secret === undefined) return login;
	const username = `${Math.floor(now / 1000) + credentialTime}:livestill`;
	return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
};

/** What a client is told at a time. @param now epoch milliseconds */
export const iceServersAt = (config: TurnConfig, now: number): IceServer[] => {
	const stun = config.urls.filter((url) => !isTurn(url));
	const turn = config.urls.filter(isTurn);
	return [
		...(stun.length > 0 ? [{ urls: stun }] : []),
		...(turn.length > 0 ? [{ urls: turn, ...loginOf(config, now) }] : []),
	];
};

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Values of `Link` headers. RFC 9725 § 4.6, RFC 8288 § 3 */
export const iceServerLinks = (servers: readonly IceServer[]): string[] =>
	servers.flatMap(({ urls, username, credential }) =>
		urls.map((url) => {
			const login =
				username === undefined || credential === undefined
					? ''
					: `; username=${quoted(username)}; credential=${quoted(credential)}; credential-type="password"`;
			return `<${url}>; rel="ice-server"${login}`;
		}),
	);
