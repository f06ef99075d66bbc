/** The settings that say what is kept. */
import type { HistoryPolicy } from '../../src/shared/keyframe-object.ts';
import type { ReadSettings } from '../settings/read.ts';

/** @returns `undefined`: nothing is kept */
export const readHistoryConfig = ({ settings, value, problems }: ReadSettings): HistoryPolicy | undefined => {
	const { HISTORY_RETENTION: retention, HISTORY_INTERVAL: interval } = settings;
	if (retention === undefined) {
		if (value('HISTORY_INTERVAL') !== undefined)
			problems.push('HISTORY_INTERVAL is set: HISTORY_RETENTION, how long keyframes are kept, is needed.');
		return undefined;
	}
	if (retention < interval)
		problems.push('HISTORY_RETENTION is shorter than HISTORY_INTERVAL: there would be nothing to look back at.');
	return { interval, retention };
};
