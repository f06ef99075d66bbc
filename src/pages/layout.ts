/** What all pages of the edge have around them. */
import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

export interface Layout {
	readonly title: string;
	/** Goes to the right of the title. */
	readonly aside?: Html;
	/** URL of the list of streams, for the script. */
	readonly streams?: string;
	/** Seconds after which the page is loaded again where there is no JavaScript. */
	readonly refresh?: number;
	/** Leads home. */
	readonly home: string;
	readonly isWide?: boolean;
}

/** A whole document. Everything that is put in is escaped. */
export const layout = (
	{ title, aside, streams = '', refresh, home, isWide = false }: Layout,
	body: Html,
): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === 'livestill' ? title : `${title} · livestill`}</title>
<link rel="stylesheet" href="/pages/style.css">
<script src="/pages/browser.js" type="module"></script>
${refresh === undefined ? '' : html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>`}
</head>
<body data-streams="${streams}">
<main class="${isWide ? 'wide' : ''}">
<header class="bar"><h1>${title}</h1>${aside ?? ''}<nav aria-label="Pages"><a href="${home}">Live streams</a> <a href="/api">API</a></nav></header>
${body}
</main>
</body>
</html>
`;
