import { isSameDigest, sha256 } from '../access/digest.ts';

/** Whether an `Authorization` header shows the operator's bearer token. @param token `undefined`: there is none */
export const isOperator = async (authorization: string | undefined, token: string | undefined): Promise<boolean> => {
	const [, given = ''] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
	return token !== undefined && isSameDigest(await sha256(given), await sha256(token));
};
