/** The part of the environment that is about WebRTC. */
import { isIP } from 'node:net';
import { type WebRtcVideoCodec, webRtcVideoCodecs } from './protocols/webrtc/video-codecs.ts';

export interface WebRtcConfig {
	/** `ANNOUNCED_ADDRESS`: addresses under which browsers reach this machine, when they are not its own. */
	readonly announcedAddresses: readonly string[];
	/** `WEBRTC_BITRATE`: bits per second that a publisher may send, 2.5 Mbit/s. */
	readonly bitrate: number;
	/** `WEBRTC_CODECS`: what publishers may send, best first. */
	readonly codecs: readonly WebRtcVideoCodec[];
}

/** Bits per second: below, no picture worth looking at; above, RTP over one connection is the wrong tool. */
const minBitrate = 100_000;
const maxBitrate = 50_000_000;

const wordsOf = (text: string): string[] => text.split(/[ ,]+/).filter((word) => word !== '');

const isCodec = (word: string): word is WebRtcVideoCodec => (webRtcVideoCodecs as readonly string[]).includes(word);

/**
 * @param value the trimmed value of a variable, `undefined` when it is not set
 * @param problems what is wrong is added to them
 */
export const readWebRtcConfig = (value: (name: string) => string | undefined, problems: string[]): WebRtcConfig => {
	const announced = wordsOf(value('ANNOUNCED_ADDRESS') ?? '');
	for (const address of announced)
		if (isIP(address) === 0) problems.push(`ANNOUNCED_ADDRESS is "${address}": IP addresses are needed.`);

	const text = value('WEBRTC_BITRATE') ?? '2500k';
	const [, number = '', unit = ''] = /^([0-9]+(?:\.[0-9]+)?)([kM]?)$/.exec(text) ?? [];
	const bitrate = number === '' ? Number.NaN : Number(number) * (unit === 'M' ? 1e6 : unit === 'k' ? 1000 : 1);
	if (!(bitrate >= minBitrate && bitrate <= maxBitrate))
		problems.push(`WEBRTC_BITRATE is "${text}": 100k to 50M is needed, such as 2500k or 2.5M.`);

	const words = wordsOf(value('WEBRTC_CODECS')?.toLowerCase() ?? webRtcVideoCodecs.join(' '));
	const codecs = words.filter(isCodec);
	if (codecs.length !== words.length || codecs.length === 0)
		problems.push(`WEBRTC_CODECS is "${words.join(' ')}": some of ${webRtcVideoCodecs.join(', ')} are needed.`);
	return { announcedAddresses: announced, bitrate, codecs };
};
