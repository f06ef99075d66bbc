import { describe, expect, it } from 'vitest';
import { createAccess } from '../../ingest-node/access.ts';

const restricted = { code: 'UNAUTHORIZED', message: 'Restricted access' };

describe('access', () => {
	it('is open where no token is set', async () => {
		const { publish, play, mayPlay } = createAccess({ publishToken: undefined, playToken: undefined });
		await expect(publish({ query: '' })).resolves.toBeUndefined();
		await expect(play({ query: '' })).resolves.toBeUndefined();
		expect(mayPlay('token=whatever')).toBe(true);
	});

	it('lets publish who knows the token, and nobody else', async () => {
		const { publish, mayPlay } = createAccess({ publishToken: 's3 cret', playToken: undefined });
		await expect(publish({ query: 'token=s3%20cret' })).resolves.toBeUndefined();
		await expect(publish({ query: 'room=1&token=s3+cret' })).resolves.toBeUndefined();
		for (const query of ['', 'token=', 'token=s3', 'token=s3%20cret%20', 'Token=s3%20cret'])
			await expect(publish({ query })).rejects.toMatchObject(restricted);
		expect(mayPlay('')).toBe(true);
	});

	it('lets publish who proves to know the token without telling it', async () => {
		const { publish } = createAccess({ publishToken: 'send', playToken: 'watch' });
		await expect(publish({ query: '', proves: (secret) => secret === 'send' })).resolves.toBeUndefined();
		await expect(publish({ query: '', proves: (secret) => secret === 'watch' })).rejects.toMatchObject(restricted);
	});

	it('lets play who knows the token of players or of publishers', async () => {
		const { publish, play, mayPlay } = createAccess({ publishToken: 'send', playToken: 'watch' });
		for (const query of ['token=watch', 'token=send']) {
			expect(mayPlay(query)).toBe(true);
			await expect(play({ query })).resolves.toBeUndefined();
		}
		await expect(play({ query: 'token=other' })).rejects.toMatchObject(restricted);
		await expect(publish({ query: 'token=watch' })).rejects.toMatchObject(restricted);
	});

	it('is not opened to players by the lack of a token for publishers', async () => {
		const { play, publish } = createAccess({ publishToken: undefined, playToken: 'watch' });
		await expect(play({ query: '' })).rejects.toMatchObject(restricted);
		await expect(publish({ query: '' })).resolves.toBeUndefined();
	});
});
