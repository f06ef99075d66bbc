// Loaded into a node (`--import`): its time of day is CLOCK_SKEW milliseconds off, for all of its code. Timers and the
// monotonic clock are right, as they are on a machine whose clock was set wrong.
const skew = Number(process.env.CLOCK_SKEW);
const RealDate = Date;

globalThis.Date = class extends RealDate {
	constructor(...values) {
		if (values.length === 0) super(RealDate.now() + skew);
		else super(...values);
	}
	static now() {
		return RealDate.now() + skew;
	}
};
