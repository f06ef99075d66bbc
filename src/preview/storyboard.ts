/**
 * Storyboards: where the tiles of a sprite are, and the WebVTT file that tells players (W3C WebVTT; the `#xywh=` of Media
 * Fragments URI 1.0 § 4.2.2). Tiles belong to slots of time, not to the keyframes that there happen to be: sprite and
 * list agree by their URLs alone, whatever comes or goes between the two requests.
 */
import type { SpriteLayout } from '../image/sprite.ts';
import { limits } from '../shared/limits.ts';
import { type SequenceQuery, shapeParameters } from '../shared/preview/sequence-query.ts';
import { checkPixels } from './frame-box.ts';
import { type PlanTools, planSequence, type SequencePlan, type SequenceRequest } from './plan.ts';
import { endOf } from './slots.ts';

const mostColumns = 10;

export const spriteLayout = ({ slots, box }: Pick<SequencePlan, 'slots' | 'box'>): SpriteLayout => {
	const columns = Math.min(mostColumns, slots.count);
	return { columns, rows: Math.ceil(slots.count / columns), ...box };
};

const iso = (time: number): string => new Date(time).toISOString();

/** Parameters of the sprite that belongs to a plan, whenever it is asked for. */
export const spriteParameters = (
	{ slots, box }: Pick<SequencePlan, 'slots' | 'box'>,
	{ options }: SequenceQuery,
): Record<string, string | number> => ({
	...shapeParameters(options),
	// Slots begin and end at whole seconds.
	...{ from: slots.from / 1000, to: endOf(slots) / 1000, interval: slots.interval / 1000 },
	...box,
});

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** `hh:mm:ss.ttt` */
const timestamp = (milliseconds: number): string => {
	const seconds = Math.floor(milliseconds / 1000);
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
	const fraction = String(milliseconds % 1000).padStart(3, '0');
	return `${[hours, minutes, seconds % 60].map(twoDigits).join(':')}.${fraction}`;
};

/** The file: one cue for each slot that has a picture, in time since the beginning of the first slot. */
export const cuesOf = (plan: Pick<SequencePlan, 'slots' | 'box' | 'chosen'>, sprite: string): string => {
	const { slots, chosen } = plan;
	const { columns, width, height } = spriteLayout(plan);
	const cues = chosen.flatMap((entry, slot) => {
		if (entry === null) return [];
		const begin = slot * slots.interval;
		const place = [(slot % columns) * width, Math.floor(slot / columns) * height, width, height].join();
		return [`${timestamp(begin)} --> ${timestamp(begin + slots.interval)}\n${sprite}#xywh=${place}\n`];
	});
	const note = `NOTE 00:00:00.000 is ${iso(slots.from)}\n`;
	return ['WEBVTT\n', note, ...cues].join('\n');
};

export interface CueList extends Pick<SequencePlan, 'slots' | 'capturedAt' | 'isFinal'> {
	readonly text: string;
}

/** @param urlOfSprite of these parameters @throws as {@link planSequence} */
export type ListCues = (
	request: SequenceRequest,
	urlOfSprite: (parameters: Readonly<Record<string, string>>) => Promise<string>,
) => Promise<CueList>;

export const createCueLister =
	(tools: PlanTools): ListCues =>
	async (request, urlOfSprite) => {
		const plan = await planSequence(request, tools);
		const { slots, box, capturedAt, isFinal } = plan;
		checkPixels(box, slots.count, limits.spritePixels);
		const parameters = Object.entries(spriteParameters(plan, request.query));
		const url = await urlOfSprite(Object.fromEntries(parameters.map(([name, value]) => [name, String(value)])));
		return { slots, capturedAt, isFinal, text: cuesOf(plan, url) };
	};
