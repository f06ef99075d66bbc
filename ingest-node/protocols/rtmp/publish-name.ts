/** Stream name and query of an RTMP publish. Credentials may come with the name, the application or the tcUrl. */

import { rtmpStreamName, type StreamName } from '../../../src/shared/stream-name.ts';
import { type Shown, withShown } from '../../access/shown.ts';

export interface PublishTarget {
	readonly name: StreamName;
	/** Query strings of all three, joined with `&`, without `?`. Never logged. */
	readonly query: string;
}

/** User and password of a URL; most publishers keep them for themselves. */
const userInfo = (url: string): Shown => {
	const [, user, password] = /^[a-z]+:\/\/([^/?#@:]*):([^/?#@]*)@/i.exec(url) ?? [];
	if (user === undefined || password === undefined) return {};
	try {
		return { user: decodeURIComponent(user), password: decodeURIComponent(password) };
	} catch {
		return { user, password };
	}
};

const split = (text: string): readonly [path: string, query: string] => {
	const at = text.indexOf('?');
	return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

/**
 * @param app application of the connect command, such as `live`
 * @param publishName name of the publish command, such as `abc?key=k`
 * @throws LivestillError `INVALID_STREAM_NAME`, which never quotes the query
 */
export const publishTarget = (app: string, tcUrl: string, publishName: string): PublishTarget => {
	const [appPath, appQuery] = split(app);
	const [name, nameQuery] = split(publishName);
	const tcQuery = split(tcUrl)[1];
	// Most publishers cut the application out of the tcUrl, query included: the same query twice is one.
	const queries = [nameQuery, appQuery, tcQuery === appQuery ? '' : tcQuery];
	return {
		name: rtmpStreamName(appPath.replace(/^\/+|\/+$/g, ''), name.replace(/^\/+/, '')),
		query: withShown(queries.filter((query) => query !== '').join('&'), userInfo(tcUrl)),
	};
};
