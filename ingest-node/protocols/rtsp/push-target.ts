/** Stream name and query of the URL that a publisher announces. */
import { LivestillError } from '../../../src/shared/errors.ts';
import { rtmpStreamName, type StreamName } from '../../../src/shared/stream-name.ts';

export interface PushTarget {
	readonly name: StreamName;
	/** Query string without `?`. Never logged. */
	readonly query: string;
}

const decode = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		throw new LivestillError('INVALID_STREAM_NAME', 'stream name is not percent-encoded UTF-8');
	}
};

/**
 * `rtsp://host/live/abc?token=t` is `abc`, another first segment belongs to the name, as the application of RTMP does.
 *
 * @throws LivestillError `INVALID_STREAM_NAME`, which never quotes the query
 */
export const pushTarget = (url: string): PushTarget => {
	const [, path = '', query = ''] = /^(?:[a-z]+:\/\/[^/?]*)?([^?]*)(?:\?(.*))?$/i.exec(url) ?? [];
	const [first = '', ...rest] = decode(path)
		.replace(/^\/+|\/+$/g, '')
		.split('/');
	return { name: rest.length === 0 ? rtmpStreamName('', first) : rtmpStreamName(first, rest.join('/')), query };
};
