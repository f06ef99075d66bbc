/** profile_tier_level(). H.265 § 7.3.3, § 7.4.4 */
import type { BitReader } from '../bits.ts';

export interface ProfileTierLevel {
	readonly generalTierFlag: boolean;
	readonly generalProfileIdc: number;
	/** general_profile_compatibility_flag[ 0 ] in bit 31 … [ 31 ] in bit 0. */
	readonly generalProfileCompatibilityFlags: number;
	/** 30 × the level's number. */
	readonly generalLevelIdc: number;
}

const skip = (r: BitReader, bits: number): void => {
	for (let rest = bits; rest > 0; rest -= 32) r.u(Math.min(32, rest));
};

// progressive_source_flag … general_reserved_zero_bit
const constraintBits = 48;
const subLayerProfileBits = 88;
const subLayerLevelBits = 8;

/** The general part is told, sub-layers are passed over. `maxSubLayersMinus1`: 0 … 6. */
export const parseProfileTierLevel = (r: BitReader, maxSubLayersMinus1: number): ProfileTierLevel => {
	r.u(2); // general_profile_space
	const generalTierFlag = r.flag();
	const generalProfileIdc = r.u(5);
	const generalProfileCompatibilityFlags = r.u(32);
	skip(r, constraintBits);
	const generalLevelIdc = r.u(8);
	if (maxSubLayersMinus1 > 0) {
		const present = Array.from({ length: maxSubLayersMinus1 }, () => ({ profile: r.flag(), level: r.flag() }));
		skip(r, 2 * (8 - maxSubLayersMinus1));
		for (const { profile, level } of present) {
			if (profile) skip(r, subLayerProfileBits);
			if (level) skip(r, subLayerLevelBits);
		}
	}
	return { generalTierFlag, generalProfileIdc, generalProfileCompatibilityFlags, generalLevelIdc };
};
