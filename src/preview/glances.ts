/**
 * What the store has just said of a stream, in the memory of one isolate. Hundreds of pictures of one stream on one page ask the
 * store once; who asks half a second later asks again. `POST` never looks here.
 */
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import type { StreamName } from '../shared/stream-name.ts';

export interface Glances {
	/** The newest keyframe as it was less than half a second ago, or `null`. */
	get(name: StreamName): KeyframeInfo | null;
	set(name: StreamName, info: KeyframeInfo): void;
	/** The stream has ended, or another session has its name. Gives what was known of it, however old. */
	drop(name: StreamName): KeyframeInfo | null;
}

/** Milliseconds: by so much a preview may lag behind the store, also behind the end of its stream. */
export const glanceLifetime = 500;

// A few hundred bytes each; an isolate that serves more streams asks the store more often.
const capacity = 2000;

/** @param now milliseconds */
export const createGlances = (now: () => number): Glances => {
	const glances = new Map<StreamName, { readonly info: KeyframeInfo; readonly until: number }>();
	return {
		get: (name) => {
			const glance = glances.get(name);
			return glance !== undefined && now() < glance.until ? glance.info : null;
		},
		set: (name, info) => {
			glances.delete(name);
			glances.set(name, { info, until: now() + glanceLifetime });
			const oldest = glances.keys().next().value;
			if (glances.size > capacity && oldest !== undefined) glances.delete(oldest);
		},
		drop: (name) => {
			const info = glances.get(name)?.info ?? null;
			glances.delete(name);
			return info;
		},
	};
};
