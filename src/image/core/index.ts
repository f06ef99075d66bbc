// Everything per pixel, row by row: another size, colours, PNG filters.
export { blockAddress, blockSize, deflateBlock, deflatedAddress, deflateWaiting, startDeflate, waitingBytes } from './deflate';
export { convertRow, setChannel, setDepths } from './colour';
export { deflateRow, filterRow, startPicture } from './png-filter';
export { beginsAddress, firstsAddress, mixColumns, mixRow, mostWeights, weightsAddress } from './resample';
export { filteredAddress, rowAddress, samplesAddress, widest } from './rows';
