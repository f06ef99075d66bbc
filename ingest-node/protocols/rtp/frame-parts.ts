/** The bytes of a frame while its packets arrive, for payload formats that cut frames anywhere. */
import { concatBytes } from '../bytes.ts';

export interface FrameParts {
	add(part: Uint8Array): void;
	readonly parts: readonly Uint8Array[];
	/** Ends the frame and forgets it; `null`: there was none. */
	finish(): (() => Uint8Array[]) | null;
	clear(): void;
}

export const createFrameParts = (): FrameParts => {
	let parts: Uint8Array[] = [];
	return {
		add: (part) => {
			if (part.length > 0) parts.push(part);
		},
		get parts() {
			return parts;
		},
		finish: () => {
			if (parts.length === 0) return null;
			const finished = parts;
			parts = [];
			return () => [concatBytes(finished)];
		},
		clear: () => {
			parts = [];
		},
	};
};
