/** Keyframes that gave no picture, in the memory of one isolate: who asks again gets the same answer without a decode. */
import { type ErrorCode, LivestillError } from '../shared/errors.ts';

export interface FailureMemory {
	/** What became of a keyframe, or `null` when it is not known to fail. */
	get(keyframe: string): LivestillError | null;
	/** Remembers a failure that is the keyframe's own fault; others may pass. */
	note(keyframe: string, error: unknown): void;
}

// The same bytes will give these again, whatever size is asked for.
const lasting: readonly ErrorCode[] = ['UNSUPPORTED_CODEC', 'UNSUPPORTED_FEATURE', 'FRAME_DAMAGED', 'FRAME_TOO_LARGE'];

// A few dozen bytes each; more than an isolate has streams that fail at a time.
const capacity = 1000;

export const createFailureMemory = (): FailureMemory => {
	const failures = new Map<string, LivestillError>();
	return {
		get: (keyframe) => failures.get(keyframe) ?? null,
		note: (keyframe, error) => {
			if (!(error instanceof LivestillError) || !lasting.includes(error.code)) return;
			failures.set(keyframe, error);
			const oldest = failures.keys().next().value;
			if (failures.size > capacity && oldest !== undefined) failures.delete(oldest);
		},
	};
};
