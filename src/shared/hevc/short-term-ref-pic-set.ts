/** st_ref_pic_set(), as far as needed to get past it. H.265 § 7.3.7, § 7.4.8 */
import type { BitReader } from '../bits.ts';
import { checkIn } from './syntax-error.ts';

const within = checkIn('reference picture set');

/** sps_max_dec_pic_buffering_minus1 never exceeds this (§ A.4.2). */
const maxPictures = 16;

/** NumDeltaPocs of the set `index`, predicted from `known`, those of the sets before; `count` sets are in the SPS. */
export const parseShortTermRefPicSet = (
	r: BitReader,
	index: number,
	count: number,
	known: readonly number[],
): number => {
	if (index > 0 && r.flag()) {
		const deltaIdx = index === count ? 1 + within(r.ue(), 0, index - 1, 'delta_idx_minus1') : 1;
		r.flag(); // delta_rps_sign
		r.ue(); // abs_delta_rps_minus1
		let pictures = 0;
		for (let j = 0; j <= (known[index - deltaIdx] ?? 0); j++) {
			const usedByCurrPicFlag = r.flag();
			const useDeltaFlag = usedByCurrPicFlag || r.flag();
			if (useDeltaFlag) pictures++;
		}
		return within(pictures, 0, maxPictures, 'NumDeltaPocs');
	}
	const pictures =
		within(r.ue(), 0, maxPictures, 'num_negative_pics') + within(r.ue(), 0, maxPictures, 'num_positive_pics');
	for (let i = 0; i < within(pictures, 0, maxPictures, 'NumDeltaPocs'); i++) {
		r.ue(); // delta_poc_s0_minus1, delta_poc_s1_minus1
		r.flag(); // used_by_curr_pic_s0_flag, used_by_curr_pic_s1_flag
	}
	return pictures;
};
