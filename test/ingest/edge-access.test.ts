/** Who may use the local edge: the tokens of the operator, all of them, and one for the ingest node of this run. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { edgeAccessOf } from '../../local/edge-access.ts';
import { parseApiTokens } from '../../src/shared/api-token.ts';
import { openAtTheEdge } from '../../src/shared/production.ts';

const tokens = (count: number): string =>
	Array.from({ length: count }, (_, index) => `client-${index}:list:${'ab'.repeat(32)}`).join(',');

it.each([1, 99, 100])('the ingest node has a token beside %i of the operator', (count) => {
	const { variables, ofIngestNode } = edgeAccessOf({ API_TOKENS: tokens(count), PREVIEW_ACCESS: 'open' });
	const { tokens: known, problems } = parseApiTokens(variables.API_TOKENS ?? '');
	expect(problems).toEqual([]);
	expect(openAtTheEdge(variables)).toEqual([]);
	const hash = createHash('sha256')
		.update(ofIngestNode.EDGE_TOKEN ?? '')
		.digest('hex');
	expect(known.find((token) => token.hash === hash)?.scopes).toEqual(['snapshot']);
	expect(known.map(({ id }) => id)).toEqual(
		expect.arrayContaining(Array.from({ length: count }, (_, index) => `client-${index}`)),
	);
	expect(known).toHaveLength(count + 1);
});

it('101 of the operator are one too many, with and without that of the ingest node', () => {
	const problems = ['there are more than 100 entries'];
	expect(parseApiTokens(tokens(101))).toMatchObject({ tokens: { length: 100 }, problems });
	const { variables } = edgeAccessOf({ API_TOKENS: tokens(101) });
	const { tokens: known, problems: found } = parseApiTokens(variables.API_TOKENS ?? '');
	expect([known.length, found]).toEqual([101, problems]);
});
