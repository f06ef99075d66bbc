/** The rotation that an access unit names itself. */

import type { Rotation } from '../../src/shared/keyframe-object.ts';
import { parseDisplayOrientation } from './display-orientation.ts';

/** @param seis SEI NAL units of the access unit, with headers of `headerBytes` */
export const orientationOf = (seis: readonly Uint8Array[], headerBytes: number): { readonly rotation?: Rotation } => {
	for (const sei of seis) {
		const rotation = parseDisplayOrientation(sei, headerBytes);
		if (rotation !== null) return { rotation };
	}
	return {};
};
