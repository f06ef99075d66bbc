/** Video usability information. H.265 § E.2.1, § E.3.1: the first half is that of H.264. */
import type { BitReader } from '../bits.ts';
import { parseVui, type Vui } from '../h264/vui.ts';
import { skipHrdParameters } from './hrd.ts';

/** vui_parameters() to its end, because the SPS goes on behind it. */
export const parseHevcVui = (r: BitReader, maxSubLayersMinus1: number): Vui => {
	const vui = parseVui(r);
	r.u(3); // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
	if (r.flag()) for (let i = 0; i < 4; i++) r.ue(); // default display window: a hint that nobody follows
	if (r.flag()) {
		r.u(32); // vui_num_units_in_tick
		r.u(32); // vui_time_scale
		if (r.flag()) r.ue(); // vui_num_ticks_poc_diff_one_minus1
		if (r.flag()) skipHrdParameters(r, maxSubLayersMinus1);
	}
	if (r.flag()) {
		r.u(3); // tiles_fixed_structure_flag … restricted_ref_pic_lists_flag
		for (let i = 0; i < 5; i++) r.ue(); // min_spatial_segmentation_idc … log2_max_mv_length_vertical
	}
	return vui;
};
