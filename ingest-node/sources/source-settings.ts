/** A source as a person or a program describes it: an entry of `RTSP_SOURCES`, the body of a REST call. */
import { LivestillError } from '../../src/shared/errors.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { parseRtspUri } from '../protocols/rtsp/rtsp-uri.ts';
import type { SourceSettings } from './source.ts';

const refuse = (why: string): never => {
	throw new LivestillError('INVALID_PARAMETER', why);
};

type Fields = Readonly<Record<string, unknown>>;

/** `undefined` where a field is absent or `null`. */
const text = (fields: Fields, name: string): string | undefined => {
	const value = fields[name] ?? undefined;
	return value === undefined || typeof value === 'string' ? value : refuse(`${name} is not a string`);
};

const flag = (fields: Fields, name: string): boolean => {
	const value = fields[name] ?? false;
	return typeof value === 'boolean' ? value : refuse(`${name} is neither true nor false`);
};

/**
 * @param value a URI, or an object with `uri` and, as wanted, `streamName` (in WCS `toStream`), `onDemand`, `transport`,
 *   `anyCertificate`; other fields are ignored
 * @param isTrusted the operator has written it
 * @throws LivestillError `INVALID_PARAMETER`, `INVALID_STREAM_NAME`
 */
export const parseSourceSettings = (value: unknown, isTrusted: boolean): SourceSettings => {
	if (typeof value === 'string') return parseSourceSettings({ uri: value }, isTrusted);
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		return refuse('a source is a URI or an object');
	const fields = value as Fields;
	const uri = parseRtspUri(text(fields, 'uri') ?? refuse('uri is missing'));
	const transport = text(fields, 'transport') ?? 'tcp';
	if (transport !== 'tcp' && transport !== 'udp') return refuse('transport is neither tcp nor udp');
	return {
		name: parseStreamName(text(fields, 'streamName') ?? text(fields, 'toStream') ?? uri.url),
		uri,
		isOnDemand: flag(fields, 'onDemand'),
		isTransient: false,
		transport,
		anyCertificate: flag(fields, 'anyCertificate'),
		isTrusted,
	};
};
