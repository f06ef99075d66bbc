/**
 * Source descriptions; only the CNAME is of interest. RFC 3550 § 6.5.
 *
 *     chunk  | SSRC | item: type 8, length 8, text | … | 0, up to a whole word |
 */
import { u8, u32, writeU32 } from '../../bytes.ts';
import { needBody, type RtcpChunk, rtcpPacket, rtcpType, rtcpViolation } from './rtcp-header.ts';

export interface SourceDescription {
	readonly kind: 'sourceDescription';
	readonly sources: readonly { readonly ssrc: number; readonly cname: string | null }[];
}

const endOfItems = 0;
const cnameItem = 1;

/** @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseSourceDescription = ({ body, count }: RtcpChunk): SourceDescription => {
	const sources: { ssrc: number; cname: string | null }[] = [];
	let at = 0;
	for (let source = 0; source < count; source += 1) {
		needBody(body, at + 5, 'with a source description');
		const ssrc = u32(body, at);
		let cname: string | null = null;
		for (at += 4; u8(body, at) !== endOfItems; ) {
			const start = at + 2;
			const end = start + u8(body, at + 1);
			// An item is followed by another or by the end.
			if (start > body.length || end >= body.length) return rtcpViolation('with a source description is cut off');
			if (u8(body, at) === cnameItem) cname = new TextDecoder().decode(body.subarray(start, end));
			at = end;
		}
		sources.push({ ssrc, cname });
		at = (at + 4) & ~3;
	}
	return { kind: 'sourceDescription', sources };
};

/** A description with one CNAME of at most 255 bytes. */
export const buildSourceDescription = (ssrc: number, cname: string): Uint8Array => {
	const text = new TextEncoder().encode(cname).subarray(0, 255);
	const body = new Uint8Array((4 + 2 + text.length + 4) & ~3);
	writeU32(body, 0, ssrc);
	body[4] = cnameItem;
	body[5] = text.length;
	body.set(text, 6);
	return rtcpPacket(rtcpType.sourceDescription, 1, body);
};
