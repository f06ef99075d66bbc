/** Keys of signed previews as the Worker is told them: `id:secret`, separated by commas. */
import { isSecret } from '../control/key.ts';
import { kidPattern } from './signature.ts';

export interface PreviewKeyList {
	/** Secrets by key id: those that work. */
	readonly keys: ReadonlyMap<string, string>;
	/** Whether all do. */
	readonly isWhole: boolean;
}

/** @returns `null`: there is nothing in it */
export const parsePreviewKeys = (text: string): PreviewKeyList | null => {
	if (text.trim() === '') return null;
	const keys = new Map<string, string>();
	let isWhole = true;
	for (const entry of text.split(',')) {
		const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(entry.trim()) ?? [];
		if (kidPattern.test(id) && isSecret(secret)) keys.set(id, secret);
		// A comma at the end is no mistake.
		else if (entry.trim() !== '') isWhole = false;
	}
	return { keys, isWhole };
};
