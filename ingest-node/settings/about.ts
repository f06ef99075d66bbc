/** What there is to say of a setting besides its kind. */
import { z } from 'zod';

export interface About {
	/** Heading in the documentation. */
	readonly group:
		| 'Ports'
		| 'Access'
		| 'Streams'
		| 'Object storage'
		| 'Control and operation'
		| 'WebRTC'
		| 'RTSP'
		| 'Webhooks'
		| 'The edge';
	/** One line of Markdown. */
	readonly meaning: string;
	/** What holds when it is not set. */
	readonly normal: string;
	/** Never shown. */
	readonly isSecret?: true;
}

export const about = z.registry<About>();

/** A setting that has a value in any case. */
export const normally = <S extends z.ZodType<unknown, string>>(
	kind: S,
	normal: string,
	info: Omit<About, 'normal'>,
) => {
	const setting = kind.prefault(normal as z.input<S>);
	about.add(setting, { ...info, normal: `\`${normal}\`` });
	return setting;
};

/** A setting that may be absent. */
export const optionally = <S extends z.ZodType<unknown, string>>(
	kind: S,
	info: Omit<About, 'normal'> & { readonly normal?: string },
) => {
	const setting = kind.optional();
	about.add(setting, { normal: 'none', ...info });
	return setting;
};
