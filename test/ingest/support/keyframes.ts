import type { Keyframe, Session } from '../../../ingest-node/keyframe.ts';
import type { AccessUnit } from '../../../ingest-node/unit.ts';
import { parseStreamName } from '../../../src/shared/stream-name.ts';

/** A unit that keeps the promises of `unit.ts` but is no picture. */
export const fakeUnit = (content = 0): AccessUnit => ({
	codec: 'h264',
	payloads: [Uint8Array.of(0x65, content & 255, content >> 8)],
	timestamp: content,
	keyframe: true,
	width: 64,
	height: 48,
});

export const fakeKeyframe = (sequence: number, capturedAt = 1_000_000_000): Keyframe => ({
	unit: fakeUnit(sequence),
	capturedAt,
	sequence,
	interval: sequence === 1 ? 0 : 500,
});

export const fakeSession = (id: string, node = 'http://node-a:8082'): Session => ({
	name: parseStreamName('abc'),
	id,
	protocol: 'rtmp',
	node,
	publishedAt: 1_000_000_000,
});

export const uuid = (digit: number): string => `00000000-0000-4000-8000-${String(digit).padStart(12, '0')}`;
