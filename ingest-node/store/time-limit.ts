import { StoreError } from './port.ts';

/** Milliseconds after which a store call counts as unanswered: well below the shortest lease of 30 s. */
export const storeCallTimeout = 8000;

/** Settles as `call` does, or with `unavailable` after `milliseconds`, whichever is first. */
export const withTimeLimit = <T>(what: string, call: Promise<T>, milliseconds = storeCallTimeout): Promise<T> =>
	new Promise((resolve, reject) => {
		const timer = setTimeout(
			() => reject(new StoreError('unavailable', `${what}: no answer within ${milliseconds} ms`)),
			milliseconds,
		);
		call.then(resolve, reject).finally(() => clearTimeout(timer));
	});
