/** Which parameters do not go with which kind of answer: for the parsers, the OpenAPI document and the command line. */
import type { ParameterName } from './parameters.ts';

/** A single picture, an animation, the sprite of a storyboard, the list of its tiles. */
export type AnswerKind = 'picture' | 'animation' | 'sprite' | 'cues';

const ofPictures = ['time', 'within', 'max_age', 'latest'] as const;
const ofAnimations = ['frames', 'fps'] as const;
const ofStoryboards = ['tiles'] as const;
const ofBoth = ['from', 'to', 'interval'] as const;

export const strayParameters: Readonly<Record<AnswerKind, readonly ParameterName[]>> = {
	picture: [...ofBoth, ...ofAnimations, ...ofStoryboards],
	animation: [...ofPictures, ...ofStoryboards],
	sprite: [...ofPictures, ...ofAnimations],
	cues: [...ofPictures, ...ofAnimations],
};

/** What an answer of a kind is called in messages. */
export const titleOf: Readonly<Record<AnswerKind, string>> = {
	...{ picture: 'a single picture', animation: 'animations', sprite: 'storyboards', cues: 'storyboards' },
};
