/** The keys of the edge's calls: a list that everybody who checks them looks at, and that changes in place. */
import { type ControlKey, importKey } from '../../src/shared/control/key.ts';
import type { Config } from '../config.ts';
import type { Reloadable } from './reload.ts';

export const importKeys = ({ controlKeys }: Pick<Config, 'controlKeys'>): Promise<ControlKey[]> =>
	Promise.all(controlKeys.map((secret) => importKey(crypto.subtle, secret)));

/** The calls that were seen stay known, so that none can be made again under the key that stays. */
export const keyPart = (keys: ControlKey[]): Reloadable => ({
	problems: (next) =>
		keys.length > 0 === next.controlKeys.length > 0
			? []
			: ['CONTROL_KEY: a node that had one needs one, and one that had none has to be started again for it.'],
	take: async (next) => {
		keys.splice(0, keys.length, ...(await importKeys(next)));
	},
});
