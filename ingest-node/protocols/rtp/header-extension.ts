/**
 * Elements of a header extension, each with an id that was agreed on in SDP (`a=extmap`). RFC 8285 §§ 4.2, 4.3.
 *
 *     one byte   0xBEDE   | id 4, length − 1 4 | data | …     id 0 is a byte of padding, id 15 ends the list
 *     two bytes  0x100X   | id 8 | length 8 | data | …        id 0 is a byte of padding
 */
import { u8 } from '../bytes.ts';
import type { RtpExtension } from './packet.ts';

const oneByteProfile = 0xbede;
const twoByteProfile = 0x1000;
/** The last four bits of a two-byte header's profile are the application's. */
const twoByteMask = 0xfff0;
const endOfList = 15;

/** The element with `id`, a view; `null` when it is not there. Of a damaged list, what comes before the damage. */
export const extensionElement = (extension: RtpExtension | null, id: number): Uint8Array | null => {
	if (extension === null) return null;
	const { profile, data } = extension;
	const isOneByte = profile === oneByteProfile;
	if (!isOneByte && (profile & twoByteMask) !== twoByteProfile) return null;
	for (let at = 0; at < data.length; ) {
		const first = u8(data, at);
		at += 1;
		if (first === 0) continue;
		const elementId = isOneByte ? first >> 4 : first;
		if (isOneByte && elementId === endOfList) return null;
		if (!isOneByte && at === data.length) return null;
		const length = isOneByte ? (first & 15) + 1 : u8(data, at);
		if (!isOneByte) at += 1;
		if (at + length > data.length) return null;
		if (elementId === id) return data.subarray(at, at + length);
		at += length;
	}
	return null;
};
