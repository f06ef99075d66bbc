/** The video of a sender: packets in their order become keyframes, turned as the camera was held. */
import type { Codec } from '../../../src/shared/codec.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Rotation } from '../../../src/shared/keyframe-object.ts';
import type { AccessUnit } from '../../unit.ts';
import type { RtpFrame } from './depacketiser.ts';
import { createRtpUnits } from './frames-to-units.ts';
import { extensionElement } from './header-extension.ts';
import type { RtpPacket } from './packet.ts';
import { parseVideoOrientation } from './video-orientation.ts';

export interface ReceivedVideo {
	/** Takes the next packet; a gap in front of it is final. */
	push(packet: RtpPacket): void;
	/** Coded pictures that were not whole. */
	readonly damaged: number;
}

export interface ReceivedVideoOptions {
	readonly codec: Codec;
	/** Parameter sets of the SDP; none without. */
	readonly parameterSets?: readonly Uint8Array[];
	/** Id of the orientation extension, `null` without. */
	readonly orientationId: number | null;
	/** A complete keyframe. */
	readonly onKeyframe: (unit: AccessUnit, rtpTimestamp: number) => void;
	/** A keyframe was not whole. */
	readonly onDamage: (reason: string) => void;
	/** Every picture that is whole. @param unit when it is a keyframe */
	readonly onPicture?: (frame: RtpFrame, unit: AccessUnit | null) => void;
	/** A picture was not whole. */
	readonly onLost?: () => void;
}

export const createReceivedVideo = (options: ReceivedVideoOptions): ReceivedVideo => {
	const { codec, parameterSets = [], orientationId, onKeyframe, onDamage, onPicture, onLost } = options;
	const units = createRtpUnits(codec);
	units.addParameterSets(parameterSets);
	let rotation: Rotation = 0;
	let damaged = 0;

	const onFrame = (frame: RtpFrame): void => {
		if (!frame.complete) {
			damaged += 1;
			onLost?.();
		}
		if (!frame.complete && frame.keyframe) onDamage('a keyframe is incomplete');
		try {
			const unit = units.toUnit(frame);
			if (unit !== null) onKeyframe(rotation === 0 ? unit : { ...unit, rotation }, frame.timestamp);
			if (frame.complete) onPicture?.(frame, unit);
		} catch (error) {
			if (!(error instanceof LivestillError)) throw error;
			damaged += 1;
			onLost?.();
			onDamage(error.message);
		}
	};

	return {
		push: (packet) => {
			// The last packet of a picture tells how it is to be turned. 3GPP TS 26.114 § 7.4.5
			const turn = orientationId === null ? null : extensionElement(packet.extension, orientationId);
			const before = units.depacketiser.malformed.count;
			if (turn !== null) rotation = parseVideoOrientation(turn) ?? rotation;
			for (const frame of units.depacketiser.push(packet)) onFrame(frame);
			if (units.depacketiser.malformed.count > before) onDamage(units.depacketiser.malformed.last);
		},
		get damaged() {
			return damaged;
		},
	};
};
