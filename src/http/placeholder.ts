/** A picture for pages that cannot show a text where a picture was meant to be. It never comes with status 200. */

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in XML and HTML. */
export const escapeText = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

/** SVG: a panel with what is wrong, in the colours of the page that it stands in. */
export const placeholder = (what: string): string =>
	`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" width="320" height="180" role="img" aria-label="${escapeText(what)}">` +
	'<rect width="320" height="180" fill="#6b7280" fill-opacity=".18"/>' +
	'<path d="M132 62h40a6 6 0 0 1 6 6v28a6 6 0 0 1-6 6h-40a6 6 0 0 1-6-6V68a6 6 0 0 1 6-6zm52 14 16-10v32l-16-10zM120 54l84 60" fill="none" stroke="#6b7280" stroke-width="4"/>' +
	`<text x="160" y="140" text-anchor="middle" font-family="system-ui,sans-serif" font-size="14" fill="#6b7280">${escapeText(what)}</text></svg>`;
