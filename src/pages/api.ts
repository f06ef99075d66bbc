/** The API for reading, drawn from the OpenAPI document alone. */
import { html } from 'hono/html';
import { type Html, layout } from './layout.ts';

interface Schema {
	readonly type?: string | readonly string[];
	readonly enum?: readonly unknown[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly default?: unknown;
	readonly description?: string;
	readonly properties?: Readonly<Record<string, Schema>>;
}

interface Operation {
	readonly summary: string;
	readonly parameters?: readonly {
		readonly name: string;
		readonly in: string;
		readonly description: string;
		readonly schema: Schema;
	}[];
	readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
	readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** As much of an OpenAPI document as is shown. */
export interface ApiDocument {
	readonly paths: Readonly<Record<string, unknown>>;
}

const valuesOf = ({ type, enum: values, minimum, maximum, default: normal }: Schema): string => {
	const kind = values === undefined ? [type].flat().join(' or ') : values.join(', ');
	const range = minimum === undefined ? '' : `, ${minimum} to ${maximum}`;
	return kind + range + (normal === undefined ? '' : `; ${String(normal)} unless given`);
};

interface Row {
	readonly name: string;
	readonly where: string;
	readonly schema: Schema;
	readonly description: string;
}

const table = (rows: readonly Row[]): Html | string =>
	rows.length === 0
		? ''
		: html`<div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Values</th><th scope="col">Meaning</th></tr></thead><tbody>
${rows.map(({ name, where, schema, description }) => html`<tr><th scope="row"><code>${name}</code></th><td>${where}</td><td>${valuesOf(schema)}</td><td>${description}</td></tr>`)}
</tbody></table></div>`;

const rowsOf = ({ parameters = [], requestBody }: Operation): Row[] => {
	const body = requestBody?.content['application/json']?.schema.properties ?? {};
	return [
		...parameters.map(({ name, in: where, schema, description }) => ({ name, where, schema, description })),
		...Object.entries(body).map(([name, schema]) => ({
			name,
			where: 'body',
			schema,
			description: schema.description ?? '',
		})),
	];
};

const operation = (path: string, method: string, of: Operation): Html => {
	const id = `${method}-${path.replaceAll(/[^a-z]+/gi, '-')}`;
	return html`<section aria-labelledby="${id}"><h2 id="${id}"><code>${method.toUpperCase()} ${path}</code></h2>
<p>${of.summary}.</p>
${table(rowsOf(of))}
<h3>Answers</h3>
<div class="scroll"><table><tbody>${Object.entries(of.responses).map(([status, { description }]) => html`<tr><th scope="row">${status}</th><td>${description}</td></tr>`)}</tbody></table></div>
</section>`;
};

export const apiPage = (document: ApiDocument): Html =>
	layout(
		{ title: 'API', home: '/' },
		html`<p>The same as <a href="/openapi.json">OpenAPI 3.1</a>, for your tools.</p>
${Object.entries(document.paths).flatMap(([path, methods]) =>
	Object.entries(methods as Record<string, Operation>).map(([method, of]) => operation(path, method, of)),
)}`,
	);
