/**
 * Reads the bits of parameter sets and slice headers, most significant bit first (H.264 § 7.2, § 9.1).
 *
 * Reads past the end give zeros and set `overrun`, so that a parser reads like its syntax table and checks once, with
 * {@link BitReader.finish}.
 */
import { LivestillError } from './errors.ts';

export class BitReader {
	readonly #bytes: Uint8Array;
	readonly #end: number;
	/** Bits consumed so far; may exceed the data's. */
	position = 0;
	/** Whether more bits were asked for than there are, or an Exp-Golomb code was longer than 32 bits. */
	overrun = false;

	/** Reads `bytes` from their first bit on. `endBit`: where the data ends, when not with the last byte. */
	constructor(bytes: Uint8Array, endBit = bytes.length * 8) {
		this.#bytes = bytes;
		this.#end = endBit;
	}

	/** Bits not yet consumed; 0 after an overrun. */
	get bitsLeft(): number {
		return Math.max(0, this.#end - this.position);
	}

	/** u(n): unsigned integer of `n` = 0 … 32 bits. */
	u(n: number): number {
		if (this.position + n > this.#end) {
			this.overrun = true;
			this.position += n;
			return 0;
		}
		let value = 0;
		let left = n;
		while (left > 0) {
			const offset = this.position & 7;
			const take = Math.min(8 - offset, left);
			const byte = this.#bytes[this.position >> 3] ?? 0;
			value = value * 2 ** take + ((byte >> (8 - offset - take)) & ((1 << take) - 1));
			this.position += take;
			left -= take;
		}
		return value;
	}

	/** u(1) as a boolean. */
	flag(): boolean {
		return this.u(1) === 1;
	}

	/** ue(v): unsigned Exp-Golomb code, 0 … 2^32 - 2. */
	ue(): number {
		let zeros = 0;
		while (!this.overrun && this.u(1) === 0) {
			if (++zeros > 32) this.overrun = true;
		}
		return this.overrun ? 0 : 2 ** zeros - 1 + this.u(zeros);
	}

	/** se(v): signed Exp-Golomb code. */
	se(): number {
		const k = this.ue();
		return k % 2 === 1 ? (k + 1) / 2 : -(k / 2);
	}

	/** @throws LivestillError `FRAME_DAMAGED` naming `what` when the data ended too early */
	finish(what: string): void {
		if (this.overrun) throw new LivestillError('FRAME_DAMAGED', `${what} ends too early`);
	}
}
