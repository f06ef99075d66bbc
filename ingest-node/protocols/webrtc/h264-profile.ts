/** Profiles of H.264 as `profile-level-id` names them, and which decoder takes which. RFC 6184 § 8.1 table 5 */

/** The first four hexadecimal digits of a `profile-level-id`: `profile_idc` and the constraint flags. */
export type H264Profile = string;

/** From the narrowest: a decoder for one of them mostly decodes those in front of it. */
const profiles = [
	'Constrained Baseline',
	'Baseline',
	'Main',
	'Constrained High',
	'High',
	'High 10',
	'High 4:2:2',
	'High 4:4:4',
	'an unknown profile',
] as const;

/** 8 bits, 4:2:0: decoders that name one of these mostly have them all. */
const usual = profiles.indexOf('High');

const constraintSet0 = 0x80;
const constraintSet1 = 0x40;
const constraintSets4And5 = 0x0c;

export const profileName = (profile: H264Profile): (typeof profiles)[number] => {
	const flags = Number.parseInt(profile.slice(2, 4), 16);
	switch (profile.slice(0, 2)) {
		case '42':
			return flags & constraintSet1 ? 'Constrained Baseline' : 'Baseline';
		case '4d':
			return flags & constraintSet0 ? 'Constrained Baseline' : 'Main';
		case '64':
			return (flags & constraintSets4And5) === constraintSets4And5 ? 'Constrained High' : 'High';
		case '6e':
			return 'High 10';
		case '7a':
			return 'High 4:2:2';
		case 'f4':
			return 'High 4:4:4';
		default:
			return 'an unknown profile';
	}
};

const widthOf = (profile: H264Profile): number => profiles.indexOf(profileName(profile));

/**
 * Which of the decoders that a player offers is the best for a stream, as an index: the narrowest that is wide enough; of
 * decoders that all seem too narrow the widest, where that has a chance. -1: none.
 */
export const fittingProfile = (offered: readonly H264Profile[], stream: H264Profile): number => {
	const needed = widthOf(stream);
	const widths = offered.map(widthOf);
	const enough = widths.filter((width) => width >= needed);
	if (enough.length > 0) return widths.indexOf(Math.min(...enough));
	return needed <= usual && widths.length > 0 ? widths.indexOf(Math.max(...widths)) : -1;
};
