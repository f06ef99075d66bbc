/** Drawings for test streams, as ffmpeg filter graphs: all synthetic, all ours, the same on every run. */

/** A drawing of `width` × `height`; `seed` varies it. */
export type Content = (width: number, height: number, seed: number) => string;

const even = (value: number): number => (value + 1) & ~1;

/** Four quarters, so that every prediction mode is worth choosing somewhere: lines and text, fractal, ramps, patches. */
const mix: Content = (width, height, seed) => {
	const w = Math.max(48, even(Math.ceil(width / 2)));
	const h = Math.max(40, even(Math.ceil(height / 2)));
	const size = `${w}x${h}`;
	return [
		`testsrc2=s=${size}:r=25,trim=start_frame=${seed % 40},setpts=PTS-STARTPTS[a]`,
		`mandelbrot=s=${size}:r=25:start_scale=${(0.3 + (seed % 9) / 30).toFixed(3)},noise=alls=12:allf=t:all_seed=${seed}[b]`,
		`gradients=s=${size}:r=25:n=4:seed=${seed}:speed=0.05[c]`,
		`color=c=0x4060a0:s=${size}:r=25,drawbox=x=7:y=5:w=19:h=23:c=yellow@0.7:t=fill,drawgrid=w=24:h=17:t=2:c=red@0.5[d]`,
		`[a][b]hstack[top];[c][d]hstack[bottom];[top][bottom]vstack,crop=${width}:${height}:${(2 * w - width) >> 1}:${(2 * h - height) >> 1}`,
	].join(';');
};

/** White noise over the whole range in all planes: no prediction helps, I_PCM is cheapest at low QP. */
const noise: Content = (width, height) =>
	`nullsrc=s=${width}x${height}:r=25,format=yuv444p,geq=lum='random(1)*255':cb='random(2)*255':cr='random(3)*255'`;

const flat: Content = (width, height, seed) =>
	`color=c=0x30${(0x40 + (seed % 64)).toString(16)}90:s=${width}x${height}:r=25,drawbox=x=40:y=40:w=64:h=48:c=gray:t=fill`;

const soft: Content = (width, height, seed) => `gradients=s=${width}x${height}:r=25:n=3:seed=${seed}:speed=0.02`;

/** Smooth ramps with noisy patches: a QP that moves a lot. */
const patchy: Content = (width, height, seed) =>
	`gradients=s=${width}x${height}:r=25:n=2:seed=${seed},format=yuv444p,` +
	"geq=lum='if(mod(floor(X/32)+floor(Y/32),2),random(1)*255,lum(X,Y))':cb='if(mod(floor(X/32)+floor(Y/32),2),random(2)*255,cb(X,Y))':cr='cr(X,Y)'";

/** `mix` without colour: every chroma block is empty. */
const grey: Content = (width, height, seed) => `${mix(width, height, seed)},format=gray`;

/** Black and white columns, every other sample: the greatest coefficients that there are. */
const stripes: Content = (width, height) =>
	`nullsrc=s=${width}x${height}:r=25,format=yuv444p,geq=lum='255*mod(X,2)':cb=128:cr=128`;

/** Waves along the direction of an angular intra mode that predicts from the left. `angle`: intraPredAngle, H.265 Table 8-5 */
const wave =
	(angle: number): Content =>
	(width, height) =>
		`nullsrc=s=${width}x${height}:r=25,format=yuv444p,geq=lum='128+70*sin((Y+X*(${angle})/32)*2*PI/64)':cb=128:cr=128`;

/** Drawings by name. */
export const contents = {
	mix,
	grey,
	noise,
	flat,
	soft,
	patchy,
	stripes,
	waveOfMode3: wave(26),
	waveOfMode12: wave(-5),
	waveOfMode14: wave(-13),
} as const satisfies Readonly<Record<string, Content>>;
