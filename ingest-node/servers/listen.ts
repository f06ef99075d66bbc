/** Binding a port, with an error that a person can act on. */
import type { Server } from 'node:net';

/** A port that cannot be bound; the message names the port and the environment variable that changes it. */
export class ListenError extends Error {
	constructor(variable: string, port: number, cause: NodeJS.ErrnoException) {
		const why =
			cause.code === 'EADDRINUSE'
				? 'is taken by another program'
				: cause.code === 'EACCES'
					? 'needs more rights than this process has'
					: `cannot be opened: ${cause.message}`;
		super(`Port ${port} ${why}. Set ${variable} to another port, or to 0 to do without.`, { cause });
		this.name = 'ListenError';
	}
}

export interface ListenOptions {
	/** 0: any free port. */
	readonly port: number;
	/** Address to bind; without it all, IPv6 and IPv4. */
	readonly host?: string | undefined;
	/** Environment variable that sets the port, for the message. */
	readonly variable: string;
}

/** Resolves to the port that was bound. @throws ListenError */
export const listen = (server: Server, { port, host, variable }: ListenOptions): Promise<number> =>
	new Promise((resolve, reject) => {
		const onError = (error: NodeJS.ErrnoException): void => reject(new ListenError(variable, port, error));
		server.once('error', onError);
		server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
			server.off('error', onError);
			const address = server.address();
			resolve(typeof address === 'object' && address !== null ? address.port : port);
		});
	});
