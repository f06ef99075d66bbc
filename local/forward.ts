/**
 * One request of a reverse proxy: goes to an HTTP server as it came, and the answer back as it comes. RFC 9110 § 7.6, RFC 9112 § 6
 */
import { type Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

export interface ForwardOptions {
	/** The HTTP server. */
	readonly target: { readonly host: string; readonly port: number };
	readonly agent: Agent;
	/** Milliseconds of silence after which the server is given up. */
	readonly patience: number;
}

/** Headers of one connection, RFC 9110 § 7.6.1. */
const ofConnection = [
	...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
	'upgrade',
];
/** Said by the proxy, whatever the client says. */
const schemeHeader = 'X-Forwarded-Proto';

/** Names and values in turn, as they came, without those of the connection and `more`. */
const endToEnd = ({ rawHeaders, headers }: IncomingMessage, more: readonly string[]): string[] => {
	const named = (headers.connection ?? '').toLowerCase().split(/[\s,]+/);
	// What frames the message is ours to pass on, whatever `Connection` names.
	const dropped = new Set([...ofConnection, ...named, ...more].filter((name) => name !== 'content-length'));
	return rawHeaders.filter((_, index) => !dropped.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()));
};

/** A body is framed anew as it was framed: with its length, or in chunks. */
const requestHeaders = (incoming: IncomingMessage): string[] => {
	const { method = 'GET', headers } = incoming;
	const coding = headers['transfer-encoding'];
	const kept = endToEnd(incoming, [schemeHeader.toLowerCase(), 'transfer-encoding']);
	kept.push(schemeHeader, 'https');
	if (coding !== undefined) kept.push('Transfer-Encoding', coding);
	// Without either there is no body; Node would send an empty one in chunks.
	else if (headers['content-length'] === undefined && method !== 'GET' && method !== 'HEAD')
		kept.push('Content-Length', '0');
	return kept;
};

const refuse = (outgoing: ServerResponse): void => {
	outgoing.writeHead(502, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' });
	outgoing.end('the server behind does not answer\n');
};

/** Answers `incoming` with what the server says. Who goes away on either side ends the other one's part. */
export const forward = (
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	{ target, agent, patience }: ForwardOptions,
): void => {
	const { method = 'GET', url = '/' } = incoming;
	const headers = requestHeaders(incoming);
	const upstream = request({ ...target, agent, method, path: url, headers, timeout: patience });
	upstream.on('timeout', () => upstream.destroy(new Error('no answer')));
	upstream.on('continue', () => outgoing.writeContinue());
	upstream.on('response', (answer) => {
		// Who refuses a request need not read the rest of it; the client may still be sending.
		if ((answer.statusCode ?? 0) >= 400) incoming.unpipe(upstream).resume();
		outgoing.sendDate = false;
		outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer, ['transfer-encoding']));
		pipeline(answer, outgoing, () => upstream.destroy());
	});
	upstream.on('error', () => {
		if (!outgoing.headersSent && !outgoing.destroyed) refuse(outgoing);
	});
	outgoing.on('close', () => upstream.destroy());
	incoming.on('error', () => upstream.destroy());
	incoming.pipe(upstream);
};
