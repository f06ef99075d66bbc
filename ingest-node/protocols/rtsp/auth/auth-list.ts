/**
 * The syntax that challenges and credentials share: a scheme and its parameters, `Digest realm="x", nonce="y"`. One
 * value may hold several challenges. RFC 9110 §§ 11.2 to 11.4
 */
import { rtspLimits } from '../rtsp-limits.ts';

export interface AuthItem {
	/** Lower case. */
	readonly scheme: string;
	/** Names in lower case. */
	readonly parameters: ReadonlyMap<string, string>;
}

const parameter = /([\w!#$%&'*+.^`|~-]+) *= *(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y;
const schemeName = /([\w!#$%&'*+.^`|~-]+)/y;
const separator = /[\s,]*/y;

/** What a header value lists, as far as it can be read. Never throws. */
export const parseAuthList = (value: string): AuthItem[] => {
	const items: { scheme: string; parameters: Map<string, string> }[] = [];
	let at = 0;
	const next = (pattern: RegExp): RegExpExecArray | null => {
		pattern.lastIndex = at;
		const found = pattern.exec(value);
		if (found !== null) at = pattern.lastIndex;
		return found;
	};
	while (at < value.length && items.length <= rtspLimits.challenges) {
		next(separator);
		const pair = next(parameter);
		if (pair !== null) {
			const [, name = '', quoted, plain = ''] = pair;
			items.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain);
			continue;
		}
		const scheme = next(schemeName)?.[1];
		if (scheme === undefined) break;
		items.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
	}
	return items.slice(0, rtspLimits.challenges);
};

/** A quoted string. RFC 9110 § 5.6.4 */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
