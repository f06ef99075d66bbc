import { LivestillError } from '../src/shared/errors.ts';
import type { MediaEngine } from './media-engine.ts';

const refuse = (): Promise<never> =>
	Promise.reject(new LivestillError('UNSUPPORTED_FEATURE', 'WebRTC media is not available'));

/** A media engine for a node that has none: refuses everybody. */
export const mediaUnavailable: MediaEngine = { publish: refuse, play: refuse };
