/** The whole body of a response. @throws Error when it has more than `max` bytes; what is left of it is not read */
export const readBounded = async (response: Response, max: number): Promise<Uint8Array<ArrayBuffer>> => {
	const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
	const chunks: Uint8Array[] = [];
	let length = 0;
	for (;;) {
		const chunk = await reader?.read();
		if (chunk?.value === undefined) break;
		length += chunk.value.length;
		if (length > max) {
			reader?.cancel().catch(() => {});
			throw new Error(`the answer exceeds ${max} bytes`);
		}
		chunks.push(chunk.value);
	}
	const body = new Uint8Array(length);
	let offset = 0;
	for (const chunk of chunks) {
		body.set(chunk, offset);
		offset += chunk.length;
	}
	return body;
};
