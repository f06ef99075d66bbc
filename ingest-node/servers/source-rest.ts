/** `/rest-api/rtsp/…`: which cameras this node pulls from, with the paths, fields and statuses of WCS. `docs/rtsp.md` */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LivestillError } from '../../src/shared/errors.ts';
import { limits } from '../../src/shared/limits.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { type Log, messageOf } from '../log.ts';
import { type PullRule, resolveHost } from '../sources/pull-rule.ts';
import type { PulledSource } from '../sources/pulled-source.ts';
import type { Sources } from '../sources/registry.ts';
import type { SourceState } from '../sources/source.ts';
import { parseSourceSettings } from '../sources/source-settings.ts';
import { readBody } from './read-body.ts';
import { requestCredentials } from './request-credentials.ts';
import { answerError, corsHeaders } from './whip-answer.ts';

export interface SourceRestOptions {
	readonly sources: Sources;
	readonly rule: PullRule;
	/** Whether somebody publishes that name here. */
	readonly isPublished: (name: StreamName) => boolean;
	/** Lets in who has the token, or rejects; `null`: there is no token. */
	readonly authorise: ((request: { readonly query: string }) => Promise<void>) | null;
	/** Whether the edge can call this node: without it nobody could start a source on demand. */
	readonly canBeCalled: boolean;
	readonly log: Log;
}

/** Takes a request of these paths; `false`: it is somebody else's. */
export type SourceRest = (request: IncomingMessage, response: ServerResponse) => boolean;

type Fields = Readonly<Record<string, unknown>>;
type Answer = readonly unknown[] | null;

const path = /^\/rest-api\/rtsp\/(startup|find|find_all|terminate)$/;

/** The words of WCS, as far as it has them. */
const statuses: Readonly<Record<SourceState, string>> = {
	standby: 'STOPPED',
	connecting: 'PENDING',
	playing: 'PLAYING',
	waiting: 'FAILED',
};

const sourceJson = ({ settings, state, failure }: PulledSource) => ({
	uri: settings.uri.url,
	status: statuses[state],
	toStream: settings.name,
	onDemand: settings.isOnDemand,
	...(state === 'waiting' && { info: failure }),
});

/** This machine, and no page that a browser on it shows, nor what a proxy on it passes on. */
const isLocal = ({ socket, headers }: IncomingMessage): boolean =>
	/^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '') &&
	['origin', 'sec-fetch-site', 'x-forwarded-for', 'forwarded', 'via'].every((name) => headers[name] === undefined);

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
	const { sources, rule, isPublished, canBeCalled, log } = options;

	const authorise = async (request: IncomingMessage): Promise<void> => {
		if (options.authorise !== null) await options.authorise({ query: requestCredentials(request) });
		else if (!isLocal(request))
			throw new LivestillError('FORBIDDEN', 'without PUBLISH_TOKEN only programs on the same machine may do this');
	};

	const startUp = async (fields: Fields): Promise<Answer> => {
		const settings = parseSourceSettings(fields, false);
		if (settings.isOnDemand && !canBeCalled)
			throw new LivestillError('INVALID_PARAMETER', 'onDemand: the edge cannot call this node, see CONTROL_KEY');
		await resolveHost(settings.uri.host, rule);
		if (isPublished(settings.name)) throw new LivestillError('STREAM_NAME_IN_USE', 'Stream name is already in use');
		sources.add(settings);
		return null;
	};

	const listed = (found: readonly (PulledSource | null)[], { status }: Fields = {}): Answer => {
		const list = found.filter((source) => source !== null).map(sourceJson);
		const matching = list.filter((source) => typeof status !== 'string' || source.status === status);
		// As WCS does it: nothing found is 404, not an empty list.
		if (matching.length === 0) throw new LivestillError('STREAM_NOT_FOUND', 'no source matches');
		return matching;
	};

	const terminate = async (fields: Fields): Promise<Answer> => {
		const isThere = await sources.remove(uriIn(fields), 'Stopped by rest /terminate');
		if (!isThere) throw new LivestillError('STREAM_NOT_FOUND', 'no source has this URI');
		return null;
	};

	const calls: Readonly<Record<string, (fields: Fields) => Promise<Answer>>> = {
		startup: startUp,
		find: async (fields) =>
			listed(typeof fields.uri === 'string' ? [sources.find(fields.uri)] : sources.list(), fields),
		find_all: async () => listed(sources.list()),
		terminate,
	};

	const serve = async (call: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
		await authorise(request);
		const answer = await calls[call]?.(await readFields(request));
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
