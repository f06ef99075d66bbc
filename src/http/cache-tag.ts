import { encodeName } from '../shared/preview/path.ts';
import type { StreamName } from '../shared/stream-name.ts';

/** Tag of all that shows a stream, for caches that purge by tag: they take printable ASCII, and commas between tags. */
export const streamTag = (name: StreamName): string => `name-${encodeName(name)}`;
