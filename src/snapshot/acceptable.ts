/** Whether a keyframe will do at all: not too old for the request, not too large for anybody. */
import { LivestillError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';

/**
 * @param capturedAt, askedAt epoch milliseconds
 * @param maxAge milliseconds; `undefined`: any age
 * @throws LivestillError `FRAME_TOO_OLD`
 */
export const checkAge = (capturedAt: number, maxAge: number | undefined, askedAt: number): void => {
	const age = askedAt - capturedAt;
	if (maxAge !== undefined && age > maxAge)
		throw new LivestillError(
			'FRAME_TOO_OLD',
			`the newest keyframe is ${age} ms old, at most ${maxAge} ms are accepted`,
		);
};

/** @param size bytes of the object's body @throws LivestillError `FRAME_TOO_LARGE` */
export const checkSize = (size: number): void => {
	if (size > limits.keyframeBytes)
		throw new LivestillError(
			'FRAME_TOO_LARGE',
			`the keyframe has ${size} bytes, at most ${limits.keyframeBytes} are decoded`,
		);
};
