/** The address of a camera: `rtsp://user:password@host:port/path?query`. RFC 2326 § 3.2 */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Credentials } from './auth/client-auth.ts';

export interface RtspUri {
	/** Without credentials: what is sent, and what may be shown. */
	readonly url: string;
	/** `rtsps`: over TLS. */
	readonly isSecure: boolean;
	/** Lower case; an IPv6 address without brackets. */
	readonly host: string;
	readonly port: number;
	readonly credentials: Credentials | null;
}

/** Characters: what fits a request line with room to spare. */
const maxLength = 2000;

const defaultPorts = { rtsp: 554, rtsps: 322 } as const;

const uri = /^(rtsps?):\/\/([^/?#]*)([^#]*)/i;
const authority = /^(?:(.*)@)?(\[[0-9a-f:.]+\]|[\p{L}\p{N}._-]+)(?::([0-9]{1,5}))?$/iu;

/** Percent-encoding undone; a password that was never encoded stays as it is. */
const decode = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

const credentialsIn = (userInfo: string | undefined): Credentials | null => {
	if (userInfo === undefined || userInfo === '') return null;
	const colon = userInfo.indexOf(':');
	if (colon < 0) return { username: decode(userInfo), password: '' };
	return { username: decode(userInfo.slice(0, colon)), password: decode(userInfo.slice(colon + 1)) };
};

/** @throws LivestillError `INVALID_PARAMETER`, whose message tells nothing of the URI */
export const parseRtspUri = (text: string): RtspUri => {
	const refuse = (why: string): never => {
		throw new LivestillError('INVALID_PARAMETER', `Bad URI: ${why}`);
	};
	if (text.length > maxLength) refuse(`more than ${maxLength} characters`);
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
	if (!text.isWellFormed() || /[\u0000-\u001f\u007f]/.test(text)) refuse('it has control characters');
	const [, scheme = '', before = '', path = ''] = uri.exec(text) ?? refuse('rtsp:// or rtsps:// is needed');
	const [, userInfo, host = '', digits] =
		authority.exec(before) ?? refuse('a host name, and at most a port, is needed');
	const isSecure = scheme.toLowerCase() === 'rtsps';
	const port = digits === undefined ? defaultPorts[isSecure ? 'rtsps' : 'rtsp'] : Number(digits);
	if (port < 1 || port > 65_535) refuse('the port is not within 1 to 65535');
	// A request line has printable ASCII and no blanks.
	const tail = path.replace(/[^!-~]/gu, encodeURIComponent);
	const name = host.toLowerCase();
	return {
		url: `${scheme.toLowerCase()}://${name}${digits === undefined ? '' : `:${digits}`}${tail}`,
		isSecure,
		host: name.replace(/^\[|\]$/g, ''),
		port,
		credentials: credentialsIn(userInfo),
	};
};
