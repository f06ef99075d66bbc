/** `/rest-api/rtsp/…`: which cameras this node pulls from, with the paths, fields and statuses of WCS. `docs/rtsp.md` */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LivestillError } from '../../src/shared/errors.ts';
import { limits } from '../../src/shared/limits.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import type { Access } from '../access/access.ts';
import { type Log, messageOf } from '../log.ts';
import { parseRtspUri } from '../protocols/rtsp/rtsp-uri.ts';
import { type PullRule, resolveHost } from '../sources/pull-rule.ts';
import type { PulledSource } from '../sources/pulled-source.ts';
import type { Sources } from '../sources/registry.ts';
import type { SourceState } from '../sources/source.ts';
import { parseSourceSettings } from '../sources/source-settings.ts';
import { isLocal } from './local-caller.ts';
import { peerAddress } from './peer-address.ts';
import { readBody } from './read-body.ts';
import { requestCredentials } from './request-credentials.ts';
import { answerError, corsHeaders } from './whip-answer.ts';

/** A source as callers see it. */
interface SourceJson {
	readonly uri: string;
	readonly status: string;
	readonly toStream: StreamName;
	readonly onDemand: boolean;
	readonly info?: string | null;
}

/** Sources, wherever they are. */
export interface SourceCalls {
	list(): Promise<readonly SourceJson[]>;
	/** `false` when there is none. @throws LivestillError `INVALID_PARAMETER` */
	remove(uri: string): Promise<boolean>;
}

export interface SourceRestOptions {
	readonly sources: Sources;
	/** The sources of all processes of this node; those of this one unless given. */
	readonly calls?: SourceCalls;
	readonly rule: PullRule;
	/** Whether somebody publishes that name here. */
	readonly isPublished: (name: StreamName) => boolean;
	/** Who may have cameras pulled; where nothing closes that, programs on this machine may. */
	readonly access: Pick<Access, 'authorise' | 'isClosed'>;
	/** Whether the edge can call this node: without it nobody could start a source on demand. */
	readonly canBeCalled: boolean;
	readonly log: Log;
}

/** Takes a request of these paths; `false`: it is somebody else's. */
export type SourceRest = (request: IncomingMessage, response: ServerResponse) => boolean;

type Fields = Readonly<Record<string, unknown>>;
type Answer = readonly unknown[] | null;

/** @param authorise lets the caller do this with a stream, `null`: with all of them, or rejects */
type Call = (fields: Fields, authorise: (name: StreamName | null) => Promise<void>) => Promise<Answer>;

const path = /^\/rest-api\/rtsp\/(startup|find|find_all|terminate)$/;

/** The words of WCS, as far as it has them. */
const statuses: Readonly<Record<SourceState, string>> = {
	standby: 'STOPPED',
	connecting: 'PENDING',
	playing: 'PLAYING',
	waiting: 'FAILED',
};

const sourceJson = ({ settings, state, failure }: PulledSource): SourceJson => ({
	uri: settings.uri.url,
	status: statuses[state],
	toStream: settings.name,
	onDemand: settings.isOnDemand,
	...(state === 'waiting' && { info: failure }),
});

/** Those of this process. */
export const createSourceCalls = (sources: Sources): SourceCalls => ({
	list: async () => sources.list().map(sourceJson),
	remove: (uri) => sources.remove(uri, 'Stopped by rest /terminate'),
});

/** Those of two, as one. */
export const joinSourceCalls = (one: SourceCalls, other: SourceCalls): SourceCalls => ({
	list: async () => [...(await one.list()), ...(await other.list())],
	remove: async (uri) => (await one.remove(uri)) || other.remove(uri),
});

const readFields = async (request: IncomingMessage): Promise<Fields> => {
	const text = await readBody(request, limits.requestBodyBytes);
	if (text.trim() === '') return {};
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		// The cause would quote the body, and so a password.
		throw new LivestillError('INVALID_JSON', 'the body is not JSON');
	}
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
	throw new LivestillError('INVALID_JSON', 'the body is not a JSON object');
};

const uriIn = ({ uri }: Fields): string => {
	if (typeof uri !== 'string') throw new LivestillError('INVALID_PARAMETER', 'uri is missing');
	return uri;
};

export const createSourceRest = (options: SourceRestOptions): SourceRest => {
	const { sources, rule, isPublished, canBeCalled, access, log } = options;
	const all = options.calls ?? createSourceCalls(sources);

	const demandPermission = async (request: IncomingMessage, name: StreamName | null): Promise<void> => {
		if (access.isClosed('pull')) {
			const remote = peerAddress(request.socket.remoteAddress, request.socket.remotePort);
			await access.authorise({ action: 'pull', protocol: 'http', name, remote, query: requestCredentials(request) });
		} else if (!isLocal(request))
			throw new LivestillError('FORBIDDEN', 'without credentials only programs on the same machine may do this');
	};

	const startUp: Call = async (fields, authorise) => {
		const settings = parseSourceSettings(fields, false);
		await authorise(settings.name);
		if (settings.isOnDemand && !canBeCalled)
			throw new LivestillError('INVALID_PARAMETER', 'onDemand: the edge cannot call this node, see CONTROL_KEY');
		await resolveHost(settings.uri.host, rule);
		const isThere = (await all.list()).some(
			({ uri, toStream }) => uri === settings.uri.url || toStream === settings.name,
		);
		if (isThere) throw new LivestillError('STREAM_NAME_IN_USE', 'this stream is pulled already');
		if (isPublished(settings.name)) throw new LivestillError('STREAM_NAME_IN_USE', 'Stream name is already in use');
		sources.add(settings);
		return null;
	};

	const listed = (list: readonly SourceJson[], { status }: Fields = {}): Answer => {
		const matching = list.filter((source) => typeof status !== 'string' || source.status === status);
		// As WCS does it: nothing found is 404, not an empty list.
		if (matching.length === 0) throw new LivestillError('STREAM_NOT_FOUND', 'no source matches');
		return matching;
	};

	const found = async (uri: string): Promise<readonly SourceJson[]> => {
		const { url } = parseRtspUri(uri);
		return (await all.list()).filter((source) => source.uri === url);
	};
	const nameIn = ([source]: readonly SourceJson[]): StreamName | null => source?.toStream ?? null;

	const find: Call = async (fields, authorise) => {
		const { uri } = fields;
		const ofUri = typeof uri === 'string' ? await found(uri) : null;
		await authorise(ofUri === null ? null : nameIn(ofUri));
		return listed(ofUri ?? (await all.list()), fields);
	};

	const terminate: Call = async (fields, authorise) => {
		await authorise(nameIn(await found(uriIn(fields))));
		const isThere = await all.remove(uriIn(fields));
		if (!isThere) throw new LivestillError('STREAM_NOT_FOUND', 'no source has this URI');
		return null;
	};

	const calls: Readonly<Record<string, Call>> = {
		startup: startUp,
		find,
		find_all: (_fields, authorise) => find({}, authorise),
		terminate,
	};

	const serve = async (call: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const fields = await readFields(request);
		const answer = await calls[call]?.(fields, (name) => demandPermission(request, name));
		const body = answer === null || answer === undefined ? '' : JSON.stringify(answer);
		const type = body === '' ? {} : { 'content-type': 'application/json' };
		response.writeHead(200, { ...corsHeaders, ...type, 'cache-control': 'no-store' });
		response.end(body);
	};

	return (request, response) => {
		const call = path.exec((request.url ?? '').split('?')[0] ?? '')?.[1];
		if (call === undefined) return false;
		const methods = call.startsWith('find') ? 'GET, POST, OPTIONS' : 'POST, OPTIONS';
		if (request.method === 'OPTIONS') {
			const preflight = {
				'access-control-allow-methods': methods,
				'access-control-allow-headers': 'Authorization, Content-Type',
			};
			response.writeHead(204, { ...corsHeaders, ...preflight, 'access-control-max-age': '86400' }).end();
		} else if (!methods.split(', ').includes(request.method ?? ''))
			answerError(response, new LivestillError('METHOD_NOT_ALLOWED', `the methods here are ${methods}`), {
				allow: methods,
			});
		else
			serve(call, request, response).catch((error: unknown) => {
				if (!(error instanceof LivestillError)) log.error('source call failed', { reason: messageOf(error) });
				// What is left of the body is not read.
				answerError(response, error, { connection: 'close' });
			});
		return true;
	};
};
