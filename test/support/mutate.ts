/** Damaged copies of a keyframe, reproducible from a seed. */

/** A small fast generator of 32-bit numbers (xorshift); the same seed gives the same sequence everywhere. */
export const randomSource = (seed: number): (() => number) => {
	let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		state >>>= 0;
		return state;
	};
};

type Mutation = (bytes: Uint8Array, random: () => number) => Uint8Array;

const flipBits: Mutation = (bytes, random) => {
	const out = bytes.slice();
	for (let n = 1 + (random() % 8); n > 0; n--) {
		const at = random() % out.length;
		out[at] = (out[at] ?? 0) ^ (1 << (random() & 7));
	}
	return out;
};

/** Damage near the front, where parameter sets and headers are. */
const flipFront: Mutation = (bytes, random) => {
	const out = bytes.slice();
	for (let n = 1 + (random() % 4); n > 0; n--) {
		const at = random() % Math.min(64, out.length);
		out[at] = random() & 255;
	}
	return out;
};

const truncate: Mutation = (bytes, random) => bytes.slice(0, random() % bytes.length);

const overwrite: Mutation = (bytes, random) => {
	const out = bytes.slice();
	const from = random() % out.length;
	const value = random();
	const length = 1 + (random() % 64);
	for (let at = from; at < Math.min(out.length, from + length); at++)
		out[at] = value & 1 ? random() & 255 : value >>> 24;
	return out;
};

/** Takes a stretch out, or repeats it: whole NAL units get lost and doubled. */
const splice: Mutation = (bytes, random) => {
	const from = random() % bytes.length;
	const to = Math.min(bytes.length, from + 1 + (random() % 2000));
	const middle = random() & 1 ? new Uint8Array(0) : bytes.subarray(from, to);
	const tail = bytes.subarray(random() & 1 ? to : from);
	const out = new Uint8Array(from + middle.length + tail.length);
	out.set(bytes.subarray(0, from));
	out.set(middle, from);
	out.set(tail, from + middle.length);
	return out;
};

const mutations: readonly Mutation[] = [flipBits, flipFront, truncate, overwrite, splice];

/** One to three mutations of `bytes`, chosen by `random`. */
export const mutate = (bytes: Uint8Array, random: () => number): Uint8Array => {
	let out = bytes;
	for (let n = 1 + (random() % 3); n > 0 && out.length > 0; n--)
		out = (mutations[random() % mutations.length] ?? flipBits)(out, random);
	return out;
};
