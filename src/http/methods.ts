import type { Handler } from 'hono';
import { LivestillError } from '../shared/errors.ts';
import type { EnvelopeVariables } from './envelope.ts';
import { errorResponse } from './errors.ts';

/** Handler for the methods of a path that no other handler took: 405 with the methods that exist. */
export const onlyMethods =
	(...methods: string[]): Handler<{ Variables: EnvelopeVariables }> =>
	(context) => {
		const error = new LivestillError('METHOD_NOT_ALLOWED', `this path allows ${methods.join(', ')}`);
		const response = errorResponse(error, context.var.requestId);
		response.headers.set('Allow', methods.join(', '));
		return response;
	};
