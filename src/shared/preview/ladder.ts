/**
 * The sizes and qualities that previews come in. What is asked for is rounded up to the next step: a stream has a bounded
 * number of pictures, however many sizes are asked for, and nobody gets fewer pixels than wanted.
 */

/** Pixels along one side, in ascending order: common widths and heights of 16:9, 4:3 and square pictures. */
export const sizeLadder = [
	...[16, 32, 48, 64, 90, 96, 120, 128, 144, 160, 180, 192, 240, 256, 270, 320, 360, 400, 426, 480, 512, 540, 600, 640],
	...[720, 768, 800, 854, 960, 1024, 1080, 1200, 1280, 1440, 1600, 1920, 2048, 2160, 2560, 3840, 4096],
] as const;

/** Largest side that may be asked for. */
export const largestSide = 4096;

/** The step for `pixels`, 1 to {@link largestSide}. */
export const snapSide = (pixels: number): number => sizeLadder.find((step) => step >= pixels) ?? largestSide;

/** Qualities are multiples of ten: nobody sees a smaller step. */
export const qualityStep = 10;

/** What suits photographs; KVS and most image services have the same. */
export const defaultQuality = 80;

/** The step for a quality of 1 to 100. */
export const snapQuality = (quality: number): number => Math.ceil(quality / qualityStep) * qualityStep;
