// Parameters of the sequence and of the picture, as the shell gives them: names of the standard.

export let chromaArrayType: i32 = 1;
export let bitDepthLuma: i32 = 8;
export let bitDepthChroma: i32 = 8;
/** Shifts from luma to chroma coordinates. */
export let chromaShiftX: i32 = 1;
export let chromaShiftY: i32 = 1;

export let minCbLog2: i32 = 3;
export let ctbLog2: i32 = 6;
export let minTbLog2: i32 = 2;
export let maxTbLog2: i32 = 5;
export let maxTransformDepth: i32 = 0;

export let strongSmoothing: bool = false;
export let pcmEnabled: bool = false;
export let pcmDepthLuma: i32 = 0;
export let pcmDepthChroma: i32 = 0;
export let pcmMinLog2: i32 = 0;
export let pcmMaxLog2: i32 = 0;
export let pcmFilterOff: bool = false;

// sps_range_extension()
export let rotationEnabled: bool = false;
export let skipContextEnabled: bool = false;
export let implicitRdpcm: bool = false;
export let extendedPrecision: bool = false;
export let smoothingOff: bool = false;
export let persistentRice: bool = false;
export let bypassAlignment: bool = false;
/** Whether 16 bits do not hold every coefficient and residual. */
export let isWide: bool = false;

export let signHiding: bool = false;
export let transformSkipEnabled: bool = false;
export let maxSkipLog2: i32 = 2;
export let qpDeltaEnabled: bool = false;
export let qpGroupLog2: i32 = 6;
export let chromaQpGroupLog2: i32 = 6;
export let ppsCbOffset: i32 = 0;
export let ppsCrOffset: i32 = 0;
export let bypassEnabled: bool = false;
export let dependentSegments: bool = false;
export let wavefront: bool = false;
export let filterAcrossTiles: bool = true;
export let crossComponent: bool = false;
export let scalingLists: bool = false;
export let saoShiftLuma: i32 = 0;
export let saoShiftChroma: i32 = 0;

export function putFormat(chroma: i32, depthLuma: i32, depthChroma: i32): void {
  chromaArrayType = chroma;
  bitDepthLuma = depthLuma;
  bitDepthChroma = depthChroma;
  chromaShiftX = i32(chroma == 1 || chroma == 2);
  chromaShiftY = i32(chroma == 1);
}

export function putSizes(minCb: i32, ctb: i32, minTb: i32, maxTb: i32, maxDepth: i32, strong: bool): void {
  minCbLog2 = minCb;
  ctbLog2 = ctb;
  minTbLog2 = minTb;
  maxTbLog2 = maxTb;
  maxTransformDepth = maxDepth;
  strongSmoothing = strong;
}

export function putPcm(depthLuma: i32, depthChroma: i32, minLog2: i32, maxLog2: i32, filterOff: bool): void {
  pcmEnabled = depthLuma > 0;
  pcmDepthLuma = depthLuma;
  pcmDepthChroma = depthChroma;
  pcmMinLog2 = minLog2;
  pcmMaxLog2 = maxLog2;
  pcmFilterOff = filterOff;
}

export function putRangeExtension(
  rotation: bool,
  skipContext: bool,
  rdpcm: bool,
  precision: bool,
  noSmoothing: bool,
  rice: bool,
  alignment: bool,
): void {
  rotationEnabled = rotation;
  skipContextEnabled = skipContext;
  implicitRdpcm = rdpcm;
  extendedPrecision = precision;
  smoothingOff = noSmoothing;
  persistentRice = rice;
  bypassAlignment = alignment;
  isWide = precision || max(bitDepthLuma, bitDepthChroma) > 12;
}

export function putQuantisation(
  hideSigns: bool,
  skip: bool,
  skipLog2: i32,
  delta: bool,
  deltaLog2: i32,
  cbOffset: i32,
  crOffset: i32,
  bypass: bool,
  lists: bool,
): void {
  signHiding = hideSigns;
  transformSkipEnabled = skip;
  maxSkipLog2 = skipLog2;
  qpDeltaEnabled = delta;
  qpGroupLog2 = deltaLog2;
  ppsCbOffset = cbOffset;
  ppsCrOffset = crOffset;
  bypassEnabled = bypass;
  scalingLists = lists;
}

export function putPictureTools(
  dependent: bool,
  sync: bool,
  acrossTiles: bool,
  crossComponentPrediction: bool,
  chromaOffsetLog2: i32,
  saoLuma: i32,
  saoChroma: i32,
): void {
  dependentSegments = dependent;
  wavefront = sync;
  filterAcrossTiles = acrossTiles;
  crossComponent = crossComponentPrediction;
  chromaQpGroupLog2 = chromaOffsetLog2;
  saoShiftLuma = saoLuma;
  saoShiftChroma = saoChroma;
}

// @ts-ignore: decorator
@inline
export function bitDepthOf(component: i32): i32 {
  return component == 0 ? bitDepthLuma : bitDepthChroma;
}

/** log2TransformRange: bits of a coefficient besides its sign (§ 8.6.4.2) */
// @ts-ignore: decorator
@inline
export function log2RangeOf(component: i32): i32 {
  return extendedPrecision ? max(15, bitDepthOf(component) + 6) : 15;
}
