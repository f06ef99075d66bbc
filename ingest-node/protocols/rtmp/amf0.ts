/**
 * Action Message Format 0: the values of RTMP commands. Reads all types that a value can be made of, writes those that
 * we send. Adobe AMF 0 § 2.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { u16, u32 } from '../bytes.ts';
import { rtmpLimits } from './rtmp-limits.ts';

/** Objects have no prototype: any key may come from the peer. */
export interface Amf0Object {
	readonly [key: string]: Amf0Value;
}
export type Amf0Value = number | boolean | string | null | undefined | Amf0Object | readonly Amf0Value[];

/** Type markers, § 2.1. */
const marker = {
	number: 0x00,
	boolean: 0x01,
	string: 0x02,
	object: 0x03,
	null: 0x05,
	undefined: 0x06,
	ecmaArray: 0x08,
	objectEnd: 0x09,
	strictArray: 0x0a,
	date: 0x0b,
	longString: 0x0c,
	unsupported: 0x0d,
	xmlDocument: 0x0f,
	typedObject: 0x10,
} as const;

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `AMF0: ${why}`);
};

const utf8 = new TextDecoder();

/**
 * Reads all values of a message.
 *
 * @throws LivestillError `PROTOCOL_VIOLATION` when it is cut off, has a type that a command never has, or exceeds
 * `rtmpLimits.amf0Depth` or `amf0Values`
 */
export const decodeAmf0 = (bytes: Uint8Array): Amf0Value[] => {
	let offset = 0;
	let count = 0;

	const take = (length: number): number => {
		if (length > bytes.length - offset) return fail('cut off');
		offset += length;
		return offset - length;
	};
	const string = (length: number): string => utf8.decode(bytes.subarray(take(length), offset));
	const shortString = (): string => string(u16(bytes, take(2)));
	const number = (): number => new DataView(bytes.buffer, bytes.byteOffset + take(8), 8).getFloat64(0);

	const properties = (depth: number): Amf0Object => {
		const object = Object.create(null) as Record<string, Amf0Value>;
		for (;;) {
			const key = shortString();
			if (key === '' && bytes[offset] === marker.objectEnd) {
				offset += 1;
				return object;
			}
			object[key] = value(depth + 1);
		}
	};

	const strictArray = (depth: number): Amf0Value[] => {
		const items: Amf0Value[] = [];
		const length = u32(bytes, take(4));
		for (let index = 0; index < length; index += 1) items.push(value(depth + 1));
		return items;
	};

	const value = (depth: number): Amf0Value => {
		if (depth > rtmpLimits.amf0Depth) return fail(`deeper than ${rtmpLimits.amf0Depth} levels`);
		count += 1;
		if (count > rtmpLimits.amf0Values) return fail(`more than ${rtmpLimits.amf0Values} values`);
		const type = bytes[take(1)];
		switch (type) {
			case marker.number:
				return number();
			case marker.boolean:
				return bytes[take(1)] !== 0;
			case marker.string:
				return shortString();
			case marker.object:
				return properties(depth);
			case marker.null:
				return null;
			case marker.undefined:
			case marker.unsupported:
				return undefined;
			case marker.ecmaArray:
				// The count is only a hint, § 2.10; the end marker decides.
				take(4);
				return properties(depth);
			case marker.strictArray:
				return strictArray(depth);
			case marker.date: {
				const date = number();
				take(2);
				return date;
			}
			case marker.longString:
			case marker.xmlDocument:
				return string(u32(bytes, take(4)));
			case marker.typedObject:
				shortString();
				return properties(depth);
			default:
				return fail(`type ${type} is not allowed in a command`);
		}
	};

	const values: Amf0Value[] = [];
	while (offset < bytes.length) values.push(value(0));
	return values;
};

const utf8Encoder = new TextEncoder();

const pushShortString = (out: number[], text: string): void => {
	const coded = utf8Encoder.encode(text);
	if (coded.length > 0xffff) throw new LivestillError('INTERNAL', `AMF0: string of ${coded.length} bytes`);
	out.push(coded.length >> 8, coded.length & 255, ...coded);
};

const pushValue = (out: number[], value: Amf0Value): void => {
	if (typeof value === 'number') {
		const coded = new Uint8Array(8);
		new DataView(coded.buffer).setFloat64(0, value);
		out.push(marker.number, ...coded);
	} else if (typeof value === 'boolean') out.push(marker.boolean, value ? 1 : 0);
	else if (typeof value === 'string') {
		out.push(marker.string);
		pushShortString(out, value);
	} else if (value === null) out.push(marker.null);
	else if (value === undefined) out.push(marker.undefined);
	else if (Array.isArray(value)) {
		out.push(marker.strictArray, value.length >>> 24, (value.length >> 16) & 255, (value.length >> 8) & 255);
		out.push(value.length & 255);
		for (const item of value) pushValue(out, item);
	} else {
		out.push(marker.object);
		for (const [key, item] of Object.entries(value)) {
			pushShortString(out, key);
			pushValue(out, item);
		}
		out.push(0, 0, marker.objectEnd);
	}
};

/** Writes values one after the other; strings of up to 65,535 bytes. */
export const encodeAmf0 = (...values: readonly Amf0Value[]): Uint8Array => {
	const out: number[] = [];
	for (const value of values) pushValue(out, value);
	return Uint8Array.from(out);
};
