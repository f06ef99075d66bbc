/** The query of a preview URL, read and brought to one form: what is the same picture has the same options. */
import { LivestillError } from '../errors.ts';
import { latestMoment } from '../history-key.ts';
import type { Rotation } from '../keyframe-object.ts';
import { type AnswerKind, strayParameters, titleOf } from './answer-kinds.ts';
import { defaultQuality, snapQuality, snapSide } from './ladder.ts';
import { type ParameterName, parameterOf, previewParameters } from './parameters.ts';

/** `contain`: inside the box. `cover`: the box, cut. `fill`: the box, distorted. */
export type Fit = 'contain' | 'cover' | 'fill';

/** What shapes a picture, in canonical form. */
export interface PreviewOptions {
	/** The box in pixels after rotation, steps of the ladder; `undefined`: as the other side wants it. */
	readonly width: number | undefined;
	readonly height: number | undefined;
	/** `contain` unless both sides are given. */
	readonly fit: Fit;
	/** Clockwise degrees besides the publisher's. */
	readonly rotate: Rotation;
	/** `undefined`: not given. */
	readonly quality: number | undefined;
}

export interface PreviewQuery {
	readonly options: PreviewOptions;
	/** Milliseconds; `undefined`: any age. */
	readonly maxAge: number | undefined;
	/** Epoch milliseconds; `undefined`: the newest. */
	readonly time: number | undefined;
	/** Milliseconds that the keyframe may be away from `time`; `undefined`: as usual. */
	readonly within: number | undefined;
	readonly latest: boolean;
	readonly placeholder: boolean;
}

/** Characters: a signed URL with everything has about 400. */
const longestQuery = 2048;

/** @throws LivestillError `INVALID_PARAMETER` */
export const refuse = (name: string, rule: string): never => {
	throw new LivestillError('INVALID_PARAMETER', `${name} ${rule}`);
};

const decode = (text: string): string => {
	try {
		return decodeURIComponent(text.replaceAll('+', ' '));
	} catch {
		return refuse('the query', 'is not percent-encoded UTF-8');
	}
};

// What a client sent is repeated to it, but not all of it and nothing that a log or a terminal would act on.
const quoted = (name: string): string => JSON.stringify(name.slice(0, 40));

/** Values by parameter, as they came. @throws LivestillError `INVALID_PARAMETER` that names an unknown or repeated one */
export const readQuery = (query: string): ReadonlyMap<ParameterName, string> => {
	if (query.length > longestQuery) refuse('the query', `has ${query.length} characters, at most ${longestQuery}`);
	const values = new Map<ParameterName, string>();
	for (const pair of query.split('&')) {
		if (pair === '') continue;
		const at = pair.indexOf('=');
		const spelling = decode(at < 0 ? pair : pair.slice(0, at));
		const name = parameterOf(spelling) ?? refuse(quoted(spelling), 'is not a parameter of previews');
		if (values.has(name)) refuse(name, 'is given twice');
		values.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
	}
	return values;
};

/** Epoch seconds, as `exp` has them. */
export const expPattern = /^[1-9][0-9]{0,10}$/;

/**
 * Until when a URL is valid, epoch milliseconds; `undefined`: for ever. Where nobody checks signatures caches go by it all the same.
 *
 * @throws LivestillError `INVALID_PARAMETER`
 */
export const validUntilOf = (query: string): number | undefined => {
	const exp = readQuery(query).get('exp');
	if (exp === undefined) return undefined;
	return expPattern.test(exp) ? Number(exp) * 1000 : refuse('exp', 'is no time in epoch seconds');
};

const fits: Readonly<Record<string, Fit>> = {
	...{ contain: 'contain', 'scale-down': 'contain', preserve: 'contain', letterbox: 'contain' },
	...{ cover: 'cover', crop: 'cover', fill: 'fill', stretch: 'fill' },
};

const rotations: Readonly<Record<string, Rotation>> = {
	...{ '0': 0, '90': 90, '180': 180, '270': 270 },
	...{ '-90': 270, '-180': 180, '-270': 90 },
};

const oneOf = <T>(
	name: ParameterName,
	value: string | undefined,
	values: Readonly<Record<string, T>>,
): T | undefined =>
	value === undefined || Object.hasOwn(values, value)
		? values[value ?? '']
		: refuse(name, `is none of ${Object.keys(values).join(', ')}`);

/** A whole number in the range of its parameter. @throws LivestillError `INVALID_PARAMETER` */
export const integer = (
	name: 'width' | 'height' | 'quality' | 'frames' | 'tiles',
	value: string | undefined,
): number | undefined => {
	if (value === undefined) return undefined;
	const { minimum, maximum } = previewParameters[name].schema;
	const number = /^[0-9]{1,6}$/.test(value) ? Number(value) : Number.NaN;
	return number >= minimum && number <= maximum
		? number
		: refuse(name, `is not a whole number from ${minimum} to ${maximum}`);
};

const boolean = (name: ParameterName, value: string | undefined): boolean => {
	if (value === undefined || value === '0' || value === 'false') return false;
	return value === '' || value === '1' || value === 'true' || refuse(name, 'is not true or false');
};

/** Milliseconds. A trailing `s` is what go2rtc's users write. */
const seconds = (name: 'max_age' | 'within', value: string | undefined): number | undefined => {
	if (value === undefined) return undefined;
	const { maximum } = previewParameters[name].schema;
	const number = /^[0-9]{1,6}(\.[0-9]{1,3})?s?$/.test(value) ? Number.parseFloat(value) : Number.NaN;
	return number <= maximum ? number * 1000 : refuse(name, `is not a number of seconds from 0 to ${maximum}`);
};

const isoDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2})$/;

/** A `+` in the query is a space by now; a time zone may have meant it. */
const parseMoment = (value: string): number => {
	if (/^[0-9]{13}$/.test(value)) return Number(value);
	if (/^[0-9]{1,11}(\.[0-9]{1,3})?$/.test(value)) return Math.round(Number(value) * 1000);
	const iso = value.replace(' ', '+');
	return isoDate.test(iso) ? Date.parse(iso) : Number.NaN;
};

/** Epoch milliseconds that a key of a kept keyframe can have. @throws LivestillError `INVALID_PARAMETER` */
export const moment = (name: 'time' | 'from' | 'to', value: string | undefined): number | undefined => {
	if (value === undefined) return undefined;
	const parsed = parseMoment(value);
	if (!(parsed >= 0)) return refuse(name, 'is neither epoch seconds nor an ISO 8601 date with a time zone');
	return parsed <= latestMoment ? parsed : refuse(name, `is later than ${new Date(latestMoment).toISOString()}`);
};

/** What shapes one picture. @throws LivestillError `INVALID_PARAMETER` */
export const parseOptions = (values: ReadonlyMap<ParameterName, string>): PreviewOptions => {
	const width = integer('width', values.get('width')) || undefined;
	const height = integer('height', values.get('height')) || undefined;
	const fit = oneOf('fit', values.get('fit'), fits) ?? 'contain';
	const rotate = oneOf('rotate', values.get('rotate'), rotations) ?? 0;
	const quality = integer('quality', values.get('quality'));
	return {
		width: width === undefined ? undefined : snapSide(width),
		height: height === undefined ? undefined : snapSide(height),
		fit: width === undefined || height === undefined ? 'contain' : fit,
		rotate,
		quality: quality === undefined ? undefined : snapQuality(quality),
	};
};

/** @throws LivestillError `INVALID_PARAMETER` that names one that does not go with that kind of answer */
export const refuseStray = (values: ReadonlyMap<ParameterName, string>, kind: AnswerKind): void => {
	const stray = strayParameters[kind].find((name) => values.has(name));
	if (stray !== undefined) refuse(stray, `does not go with ${titleOf[kind]}`);
};

/**
 * Reads a query, without `?`. Values of `exp`, `kid`, `prefix` and `sig` are for the signature's check.
 *
 * @throws LivestillError `INVALID_PARAMETER` that names the parameter
 */
export const parsePreviewQuery = (query: string): PreviewQuery => {
	const values = readQuery(query);
	refuseStray(values, 'picture');
	const time = moment('time', values.get('time'));
	const latest = boolean('latest', values.get('latest'));
	const maxAge = seconds('max_age', values.get('max_age'));
	const within = seconds('within', values.get('within'));
	if (latest && time !== undefined) refuse('latest', 'and time exclude each other');
	if (maxAge !== undefined && time !== undefined) refuse('max_age', 'and time exclude each other');
	if (within !== undefined && time === undefined) refuse('within', 'goes with time only');
	return {
		options: parseOptions(values),
		maxAge,
		time,
		within,
		latest,
		placeholder: boolean('placeholder', values.get('placeholder')),
	};
};

/** Whether a picture is wanted as it is. */
export const isUntouched = ({ width, height, rotate, quality }: PreviewOptions): boolean =>
	width === undefined && height === undefined && rotate === 0 && quality === undefined;

/** The options as one word, safe in the path of a URL: equal for equal pictures. `lossy`: quality matters. */
export const optionsKey = ({ width, height, fit, rotate, quality }: PreviewOptions, lossy: boolean): string =>
	`w${width ?? 0}h${height ?? 0}${fit[0]}r${rotate}q${lossy ? (quality ?? defaultQuality) : 0}`;
