/** The `Session` header: an identifier and how long the server waits for a sign of life. RFC 2326 § 12.37 */
import { rtspLimits } from './rtsp-limits.ts';

export interface SessionHeader {
	readonly id: string;
	/** Seconds; 60 where the server does not say. */
	readonly timeout: number;
}

/** Seconds. RFC 2326 § 12.37 */
const defaultTimeout = 60;
/** Seconds: beyond, a number is a mistake. */
const maxTimeout = 86_400;

/** `null`: there is no usable identifier. Blanks around `;` and `=`, which some servers write, do no harm. */
export const parseSessionHeader = (value: string): SessionHeader | null => {
	const [id = '', ...parameters] = value.split(';').map((part) => part.trim());
	if (!/^[\x21-\x7e]+$/.test(id) || id.length > rtspLimits.sessionIdLength) return null;
	const timeout = parameters.map((part) => /^timeout *= *([0-9]{1,9})$/i.exec(part)?.[1]).find(Boolean);
	const seconds = timeout === undefined ? defaultTimeout : Number(timeout);
	return { id, timeout: seconds > 0 && seconds <= maxTimeout ? seconds : defaultTimeout };
};

export const formatSessionHeader = ({ id, timeout }: SessionHeader): string => `${id};timeout=${timeout}`;
