/** Entity tags as S3 services write them. RFC 9110 § 8.8.3 */

/**
 * The opaque part of a strong ETag. `null` for what is none: absent, given twice, weak (it would match in no `If-Match`),
 * a list, or not of printable ASCII.
 */
export const parseEtag = (header: string | readonly string[] | undefined): string | null =>
	typeof header === 'string'
		? (/^"([!#-~]{1,256})"$|^([!#-+\--~]{1,256})$/.exec(header)?.slice(1).find(Boolean) ?? null)
		: null;

/** How a service wants the ETag of `If-Match`: as RFC 9110 writes it, or without its quotes (Ceph before Quincy). */
export type EtagStyle = 'quoted' | 'bare';

export const formatEtag = (etag: string, style: EtagStyle): string => (style === 'quoted' ? `"${etag}"` : etag);
