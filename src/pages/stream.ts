/** The page of one stream: its picture, its facts, and how to get at it. */
import { html } from 'hono/html';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { type AnyFormat, anyPath } from '../shared/preview/sequence-path.ts';
import type { StreamName } from '../shared/stream-name.ts';
import { type Html, layout } from './layout.ts';
import type { StreamView } from './stream-view.ts';

export interface StreamPage {
	readonly name: StreamName;
	readonly info: KeyframeInfo;
	readonly view: StreamView;
	/** Scheme and host under which the client has asked for this page. */
	readonly origin: string;
	/** URL of the wall. */
	readonly home: string;
	/** Whether the pictures have to be signed. */
	readonly isSigned: boolean;
}

const duration = (milliseconds: number): string =>
	milliseconds > 0 ? `${(milliseconds / 1000).toFixed(1)} s` : 'not known yet';

const units = [
	[86_400_000, 'd'],
	[3_600_000, 'h'],
	[60_000, 'min'],
	[1000, 's'],
] as const;

/** In the largest unit of which there is one. */
const span = (milliseconds: number): string => {
	const [unit, name] = units.find(([unit]) => milliseconds >= unit) ?? [1000, 's'];
	return `${Number((milliseconds / unit).toFixed(1))} ${name}`;
};

const keptOf = ({ history }: KeyframeInfo): string =>
	history === undefined ? 'none' : `one every ${span(history.interval)}, for ${span(history.retention)}`;

const rows = ({ info, view }: StreamPage): readonly (readonly [string, Html | string])[] => [
	[
		'Captured',
		html`<time data-age datetime="${new Date(info.capturedAt).toISOString()}">${new Date(info.capturedAt).toISOString()}</time>`,
	],
	['Live since', new Date(info.publishedAt).toISOString().replace('T', ' ').slice(0, 19).concat(' UTC')],
	['Protocol', view.protocol],
	['Codec', info.codec === 'none' ? 'no keyframe yet' : info.codec.toUpperCase()],
	['Size', info.width > 0 ? `${info.width} × ${info.height}` : 'not known'],
	['Rotation', `${info.rotation}°`],
	['Keyframe interval', duration(info.keyframeInterval)],
	['Keyframes kept', keptOf(info)],
	['Session', html`<code>${info.session}</code>`],
];

const field = (id: string, label: string, value: string): Html =>
	html`<div class="copy"><label for="${id}">${label}<input id="${id}" readonly value="${value}"></label><button type="button" data-copy="${id}" hidden>Copy</button></div>`;

const sample = (
	id: string,
	title: string,
	code: string,
): Html => html`<section aria-labelledby="${id}-title"><div class="bar"><h3 id="${id}-title">${title}</h3><button type="button" data-copy="${id}" hidden>Copy</button></div>
<pre id="${id}" tabindex="0">${code}</pre></section>`;

/** Makes the address of a format. */
type Address = (format: AnyFormat, query?: string) => string;

const urlsOfThePast = (address: Address, { info }: StreamPage): Html | string =>
	info.history === undefined
		? ''
		: html`${field('url-time', 'A moment of the past', address('jpg', `?time=${new Date(info.capturedAt).toISOString()}`))}
${field('url-apng', 'Animation of the newest that is kept', address('apng'))}
${field('url-storyboard', 'Storyboard for players', address('storyboard.vtt'))}`;

const urls = (page: StreamPage): Html => {
	const { name, origin, isSigned, view } = page;
	if (isSigned) return html`${field('url-signed', 'Signed picture', origin + view.preview)}`;
	const address: Address = (format, query = '') => origin + anyPath(name, format) + query;
	return html`${field('url-jpg', 'JPEG, 640 pixels wide', address('jpg', '?width=640'))}
${field('url-webp', 'WebP', address('webp'))}
${field('url-png', 'PNG, full size', address('png'))}
${field('url-mp4', 'The keyframe as a video of one frame', address('mp4'))}
${urlsOfThePast(address, page)}`;
};

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const streamPage = (page: StreamPage): Html => {
	const { name, view, origin, home } = page;
	const body = JSON.stringify({ streamName: name });
	return layout(
		{ title: name, home, refresh: 10 },
		html`<article data-stream="${name}">
<img class="picture" src="${view.preview}" data-preview="${view.preview}" data-interval="${view.interval}" alt="Live picture of ${name}">
<div class="columns">
<section aria-labelledby="facts-title"><h2 id="facts-title">Facts</h2>
<table>${rows(page).map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`)}</table></section>
<section aria-labelledby="urls-title"><h2 id="urls-title">Addresses</h2>
${urls(page)}</section>
</div>
<h2>Use it</h2>
${sample('code-html', 'HTML', `<img src="${origin}${view.preview}" alt="${name.replaceAll('"', '&quot;')}">`)}
${sample('code-rest', 'REST', `curl -s -d ${shellQuoted(body)} ${origin}/rest-api/stream/snapshot | jq -r .data | base64 -d > picture.png`)}
${sample('code-cli', 'Command line', `LIVESTILL_URL=${origin} npx livestill snapshot ${shellQuoted(name)} -o picture.jpg --width 640`)}
</article>`,
	);
};

/** The page of a stream that is not there. */
export const streamGonePage = (name: string, home: string): Html =>
	layout(
		{ title: 'Not live', home, refresh: 10 },
		html`<p>There is no live stream of the name <strong>${name}</strong>.</p>`,
	);
