/** Bodies of keyframes that are being sent: many calls for one keyframe share its copy. */
import { bodyOf, type Keyframe, type Session } from '../keyframe.ts';

type Body = Uint8Array<ArrayBuffer>;

export interface SentBodies {
	/** @param use has the body until it settles */
	share<T>(session: Session, keyframe: Keyframe, use: (body: Body) => Promise<T>): Promise<T>;
}

export const createSentBodies = (): SentBodies => {
	const bodies = new Map<string, { readonly body: Body; users: number }>();
	return {
		share: async (session, keyframe, use) => {
			// Not by the object: what comes from another process is a new one each time.
			const key = `${session.id}-${keyframe.sequence}`;
			const shared = bodies.get(key) ?? { body: bodyOf(session, keyframe) as Body, users: 0 };
			bodies.set(key, shared);
			shared.users += 1;
			try {
				return await use(shared.body);
			} finally {
				shared.users -= 1;
				if (shared.users === 0) bodies.delete(key);
			}
		},
	};
};
