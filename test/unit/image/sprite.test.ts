import { expect, it } from 'vitest';
import { createSprite } from '../../../src/image/sprite.ts';

const plain = (width: number, height: number, value: number) => ({
	...{ data: new Uint8Array(width * height * 4).fill(value), width, height },
});

it('puts pictures into the middle of their tiles and leaves the rest black', () => {
	const { image, place } = createSprite({ columns: 3, rows: 2, width: 4, height: 2 });
	place(0, plain(4, 2, 1));
	place(4, plain(2, 2, 2));
	place(5, plain(4, 1, 3));
	const text = Array.from({ length: image.height }, (_, y) =>
		Array.from({ length: image.width }, (_, x) => {
			const [r, g, b, a] = image.data.subarray((y * image.width + x) * 4);
			return r === 0 && g === 0 && b === 0 && a === 255 ? '.' : r === g && g === b && b === a ? String(r) : '?';
		}).join(''),
	);
	expect(text).toEqual(['1111........', '1111........', '.....22.3333', '.....22.....']);
});
