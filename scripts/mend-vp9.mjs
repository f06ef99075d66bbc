// Mends ogv's build of libvpx: takes six functions out of it and puts src/decoder/vp9/core/loop-filter.ts in their place.
// A function's body refers to others by number only, and ours refers to none: bodies can change places as they are.
import { createHash } from 'node:crypto';

// Of ogv 1.9.0; the numbers below are of this file and no other.
const sha256 = '79efca8f980458be2abadfc0531a17036326685102ba281f172e2c9eb683bdcb';

/** Number in the code section of ogv's module, by name of our function; found by their loads and stores. */
const numbers = { horizontal4: 18, vertical4: 30, vertical8: 42, vertical16: 54, horizontal8: 55, horizontal16: 78 };

const exportSection = 7;
const codeSection = 10;
/** Sections that our module must not have: its functions would need them. import, table, global, element, data */
const forbidden = [2, 4, 6, 9, 11];

const readLeb = (bytes, at) => {
	let value = 0;
	for (let shift = 0; ; shift += 7) {
		const byte = bytes[at++];
		value += (byte & 127) * 2 ** shift;
		if (byte < 128) return { value, at };
	}
};

const leb = (value) => {
	const out = [];
	for (; value > 127; value >>>= 7) out.push((value & 127) | 128);
	return Uint8Array.from([...out, value]);
};

const concat = (parts) => new Uint8Array(Buffer.concat(parts));

/** WebAssembly § 5.5.2: a byte for the kind, a size, the contents. */
const sections = (module) => {
	const found = [];
	for (let at = 8; at < module.length; ) {
		const size = readLeb(module, at + 1);
		found.push({ id: module[at], content: module.subarray(size.at, size.at + size.value) });
		at = size.at + size.value;
	}
	return found;
};

/** Function bodies of a code section, § 5.5.13. */
const bodiesOf = (module) => {
	const { content } = sections(module).find(({ id }) => id === codeSection);
	const bodies = [];
	for (let { at } = readLeb(content, 0); at < content.length; ) {
		const size = readLeb(content, at);
		bodies.push(content.subarray(size.at, size.at + size.value));
		at = size.at + size.value;
	}
	return bodies;
};

/** Numbers of exported functions by name, § 5.5.10. The module imports none. */
const exportsOf = (module) => {
	const { content } = sections(module).find(({ id }) => id === exportSection);
	const found = {};
	for (let { at } = readLeb(content, 0); at < content.length; ) {
		const length = readLeb(content, at);
		const end = length.at + length.value;
		const index = readLeb(content, end + 1);
		if (content[end] === 0) found[Buffer.from(content.subarray(length.at, end)).toString()] = index.value;
		at = index.at;
	}
	return found;
};

/** @throws Error when one of the modules is not what it has to be */
export const mendVp9 = (broken, filters) => {
	if (createHash('sha256').update(broken).digest('hex') !== sha256)
		throw new Error('this is not the VP9 decoder of ogv 1.9.0: look for its loop filters, or whether it needs mending');
	const exported = exportsOf(filters);
	const ours = bodiesOf(filters);
	if (ours.length !== Object.keys(numbers).length) throw new Error('the loop filters call functions of their own');
	if (sections(filters).some(({ id }) => forbidden.includes(id))) throw new Error('the loop filters are not pure');
	const bodies = bodiesOf(broken);
	for (const [name, number] of Object.entries(numbers)) bodies[number] = ours[exported[name]];
	const code = concat([leb(bodies.length), ...bodies.flatMap((body) => [leb(body.length), body])]);
	const parts = sections(broken).map(({ id, content }) => {
		const mended = id === codeSection ? code : content;
		return concat([Uint8Array.of(id), leb(mended.length), mended]);
	});
	return concat([broken.subarray(0, 8), ...parts]);
};
