/** Access by tokens alone, and by nothing. */
import { type Access, createAccess } from '../../../ingest-node/access/access.ts';
import { createTokens } from '../../../ingest-node/access/tokens.ts';

export const tokenAccess = (publishToken: string | undefined, playToken?: string): Access =>
	createAccess({ methods: [createTokens({ publishToken, playToken })] });

export const openToAll: Access = createAccess({ methods: [] });
