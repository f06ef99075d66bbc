/** hrd_parameters(), passed over: what stands behind it in a VUI matters. H.265 § E.2.2, § E.2.3 */
import type { BitReader } from '../bits.ts';
import { checkIn } from './syntax-error.ts';

const within = checkIn('HRD');

const skipSubLayer = (r: BitReader, cpbCount: number, subPicParams: boolean): void => {
	for (let i = 0; i < cpbCount; i++) {
		r.ue(); // bit_rate_value_minus1
		r.ue(); // cpb_size_value_minus1
		if (subPicParams) {
			r.ue(); // cpb_size_du_value_minus1
			r.ue(); // bit_rate_du_value_minus1
		}
		r.flag(); // cbr_flag
	}
};

/** With commonInfPresentFlag 1, as in every SPS. */
export const skipHrdParameters = (r: BitReader, maxSubLayersMinus1: number): void => {
	const nalHrd = r.flag();
	const vclHrd = r.flag();
	let subPicParams = false;
	if (nalHrd || vclHrd) {
		subPicParams = r.flag();
		if (subPicParams) r.u(19); // tick_divisor_minus2 … dpb_output_delay_du_length_minus1
		r.u(8); // bit_rate_scale, cpb_size_scale
		if (subPicParams) r.u(4); // cpb_size_du_scale
		r.u(15); // initial_cpb_removal_delay_length_minus1 … dpb_output_delay_length_minus1
	}
	for (let layer = 0; layer <= maxSubLayersMinus1; layer++) {
		const fixedGeneral = r.flag();
		const fixedWithinCvs = fixedGeneral || r.flag();
		let lowDelay = false;
		if (fixedWithinCvs)
			r.ue(); // elemental_duration_in_tc_minus1
		else lowDelay = r.flag();
		const cpbCount = lowDelay ? 1 : 1 + within(r.ue(), 0, 31, 'cpb_cnt_minus1');
		if (nalHrd) skipSubLayer(r, cpbCount, subPicParams);
		if (vclHrd) skipSubLayer(r, cpbCount, subPicParams);
	}
};
