/** The bytes of one message while its chunks arrive. Memory follows what has arrived, never what was announced. */
export interface MessageBuffer {
	append(bytes: Uint8Array): void;
	/** What has arrived; a view that the next `append` may leave behind. */
	view(): Uint8Array;
	readonly received: number;
	/** Bytes of memory in use. */
	readonly capacity: number;
}

/** Bytes of the first allocation, unless the message is shorter or more of it is there. */
const firstCapacity = 4096;

/** @param length bytes of the whole message; never more is appended */
export const createMessageBuffer = (length: number): MessageBuffer => {
	let store: Uint8Array = new Uint8Array(0);
	let received = 0;
	return {
		append: (bytes) => {
			const needed = received + bytes.length;
			if (needed > store.length) {
				const larger = new Uint8Array(Math.min(length, Math.max(needed, store.length * 2, firstCapacity)));
				larger.set(store.subarray(0, received));
				store = larger;
			}
			store.set(bytes, received);
			received = needed;
		},
		view: () => store.subarray(0, received),
		get received() {
			return received;
		},
		get capacity() {
			return store.length;
		},
	};
};
