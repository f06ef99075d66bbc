// Everything per pixel, row by row: another size, colours, PNG filters.
export { blockAddress, blockSize, deflateBlock, deflatedAddress, startDeflate } from './deflate';
export { convertRow, setChannel, setDepths } from './colour';
export { filterRow, startPicture } from './png-filter';
export { beginsAddress, firstsAddress, mixColumns, mixRow, mostWeights, weightsAddress } from './resample';
export { filteredAddress, rowAddress, samplesAddress, widest } from './rows';
