/** The settings that are about WebRTC. */
import type { WebRtcVideoCodec } from './protocols/webrtc/video-codecs.ts';
import type { Settings } from './settings/schema-tables.ts';

export interface WebRtcConfig {
	/** Addresses under which browsers reach this machine, when they are not its own. */
	readonly announcedAddresses: readonly string[];
	/** Bits per second that a publisher may send. */
	readonly bitrate: number;
	/** What publishers may send, best first. */
	readonly codecs: readonly WebRtcVideoCodec[];
}

export const readWebRtcConfig = (settings: Settings): WebRtcConfig => ({
	announcedAddresses: settings.ANNOUNCED_ADDRESS ?? [],
	bitrate: settings.WEBRTC_BITRATE,
	codecs: settings.WEBRTC_CODECS,
});
