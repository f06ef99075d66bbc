/** The list of a storyboard and the sprite that it names: sizes and places are the same in both, whatever was asked for. */
import { describe, expect, test } from 'vitest';
import type { Rotation } from '../../src/shared/keyframe-object.ts';
import { startApp } from './support/app.ts';
import { freshName, keep } from './support/store.ts';

const base = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;

describe('list and sprite', () => {
	test.each([
		['height=100', 1920, 1080, 0],
		['height=100', 1080, 1920, 0],
		['height=180', 640, 480, 0],
		['height=90', 1920, 1080, 90],
		['height=99&rotate=90', 720, 576, 0],
		['height=640', 3840, 1080, 0],
		['height=17', 64, 4096, 0],
		['width=100', 1920, 1080, 0],
		['width=100&height=33', 1920, 1080, 0],
		['width=640', 100, 4000, 0],
		['', 0, 0, 0],
	] as const)('agree for %s of %i × %i, turned %i', async (query, width, height, rotation: Rotation) => {
		const name = freshName();
		for (let index = 0; index < 3; index += 1)
			await keep(name, { width, height, rotation, capturedAt: base + index * 10_000 + 1000, sequence: index + 1 });
		const { request } = startApp();
		const range = `from=${base / 1000}&to=${base / 1000 + 30}`;
		const list = await (await request(`/preview/${name}/storyboard.vtt?${range}&${query}`)).text();
		const cues = [...list.matchAll(/^http:\/\/livestill\.test(\S+)#xywh=([0-9,]+)$/gm)];
		const places = cues.map(([, , place = '']) => place.split(',').map(Number));
		expect(places).toHaveLength(3);
		const sprite = await request(cues[0]?.[1] ?? '');
		const { layout } = (await sprite.json()) as { layout: { columns: number; width: number; height: number } };
		expect(places).toEqual([0, 1, 2].map((tile) => [tile * layout.width, 0, layout.width, layout.height]));
		expect(sprite.headers.get('X-Snapshot-Width')).toBe(String(3 * layout.width));
	});
});
