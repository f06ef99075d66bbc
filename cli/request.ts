/** Requests to the edge; what goes wrong becomes an exit code. */
import { CommandError, type ExitCode, exitCodes } from './exit-codes.ts';

const patience = 30_000;

const exitCodeOf = (status: number): ExitCode => {
	if (status === 404) return exitCodes.notFound;
	if (status === 401 || status === 403) return exitCodes.forbidden;
	return status >= 500 ? exitCodes.noPicture : exitCodes.failed;
};

const reasonOf = async (response: Response): Promise<string> => {
	try {
		const { error } = (await response.json()) as { error: { code: string; message: string } };
		return `${error.code}: ${error.message}`;
	} catch {
		return `the server answers ${response.status}`;
	}
};

/** The answer, when it is 2xx or 304. @throws CommandError */
export const request = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> => {
	let response: Response;
	try {
		response = await fetch(url, { headers, signal: AbortSignal.timeout(patience) });
	} catch (cause) {
		throw new CommandError(exitCodes.unreachable, `there is no answer from ${new URL(url).origin}`, { cause });
	}
	if (response.ok || response.status === 304) return response;
	throw new CommandError(exitCodeOf(response.status), await reasonOf(response));
};
