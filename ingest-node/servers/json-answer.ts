/** Answers of the control server in JSON. */
import type { ServerResponse } from 'node:http';

export const answerJson = (response: ServerResponse, status: number, body: unknown): void => {
	response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
	response.end(JSON.stringify(body));
};

/** Body of an error. */
export const refusal = (code: string, message: string): unknown => ({ error: { code, message } });
