import { expect, it } from 'vitest';
import { createTokenCheck } from '../../ingest-node/publish-token.ts';

it('lets in who knows the token, and nobody else', async () => {
	const check = (query: string) => createTokenCheck('s3 cret')({ query } as never);
	await expect(check('token=s3%20cret')).resolves.toBeUndefined();
	await expect(check('room=1&token=s3+cret')).resolves.toBeUndefined();
	for (const query of ['', 'token=', 'token=s3', 'token=s3%20cret%20', 'Token=s3%20cret'])
		await expect(check(query)).rejects.toMatchObject({ code: 'UNAUTHORIZED', message: 'Restricted access' });
});
