/** The wall of live pictures: complete as it comes, kept up to date by the script. */
import { html } from 'hono/html';
import { type Html, layout } from './layout.ts';
import type { StreamView } from './stream-view.ts';

const card = ({ name, protocol, preview, page, capturedAt, interval }: StreamView): Html =>
	html`<li class="card" data-stream="${name}"><a href="${page}"><img src="${preview}" data-preview="${preview}" data-interval="${interval}" alt="Live picture of ${name}" width="480" height="270" loading="lazy" decoding="async"><span class="facts"><span class="name">${name}</span> <span class="protocol">${protocol}</span> <time data-age datetime="${new Date(capturedAt).toISOString()}">${new Date(capturedAt).toISOString().slice(11, 19)}</time></span></a></li>`;

const emptyCard = html`<template id="card"><li class="card"><a><img alt="" width="480" height="270" loading="lazy" decoding="async"><span class="facts"><span class="name"></span> <span class="protocol"></span> <time data-age></time></span></a></li></template>`;

export interface Wall {
	readonly streams: readonly StreamView[];
	/** URL of the list as JSON. */
	readonly list: string;
	/** URL of this page. */
	readonly home: string;
}

export const wallPage = ({ streams, list, home }: Wall): Html =>
	layout(
		{
			...{ title: 'livestill', home, streams: list, refresh: 10, isWide: true },
			aside: html`<p id="summary" role="status">${streams.length === 1 ? '1 live stream' : `${streams.length} live streams`}</p>`,
		},
		html`<p id="problem" role="alert" hidden>The server does not answer; pictures may be old.</p>
<ul class="wall" id="wall" aria-label="Live streams">
${streams.map(card)}
</ul>
<p id="empty" ${streams.length > 0 ? 'hidden' : ''}>Nothing is live. Publish a stream over RTMP, WebRTC or RTSP, and its picture appears here.</p>
${emptyCard}`,
	);
