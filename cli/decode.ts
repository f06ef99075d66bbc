/** `livestill decode`: one picture of a file through the same code as the edge, told in one JSON line. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { intraPictures } from '../src/decoder/h264/coded-pictures.ts';
import { assertWhole, createH264Decoder } from '../src/decoder/h264/decode.ts';
import { noPicture } from '../src/decoder/h264/no-picture.ts';
import { createDecoder } from '../src/decoder/index.ts';
import type { Picture } from '../src/decoder/picture.ts';
import { createPngEncoder } from '../src/image/png.ts';
import { createRenderer } from '../src/image/render.ts';
import type { Codec } from '../src/shared/codec.ts';
import { LivestillError } from '../src/shared/errors.ts';
import { nalUnits } from '../src/shared/h264/nal-units.ts';
import { choosePicture } from './choose-picture.ts';
import { decodeHevc } from './decode-hevc.ts';
import { decoderCores } from './decoder-cores.ts';
import { describeH264 } from './describe-h264.ts';
import { h264Cores } from './h264-core.ts';
import { imageCore } from './image-core.ts';
import { packedRows } from './planes.ts';
import { isCodec, sniffCodec } from './sniff-codec.ts';
import { UsageError } from './usage-error.ts';

export const decodeUsage = 'decode FILE [--picture N] [--codec NAME] [--yuv OUT] [--png OUT]';

interface DecodeOptions {
	readonly file: string;
	readonly picture: number;
	readonly codec: Codec | undefined;
	readonly yuv: string | undefined;
	readonly png: string | undefined;
}

/** The JSON line, as far as it is known. */
interface Facts {
	codec?: Codec | null;
	/** Why the stream breaks off behind the chosen picture. */
	laterDamage?: string;
	/** MD5 of the cropped planes, packed. */
	md5?: string;
}

const parseOptions = (args: string[]): DecodeOptions => {
	const parsed = (() => {
		try {
			return parseArgs({
				args,
				allowPositionals: true,
				options: {
					picture: { type: 'string', default: '0' },
					codec: { type: 'string' },
					yuv: { type: 'string' },
					png: { type: 'string' },
				},
			});
		} catch (error) {
			throw new UsageError(error instanceof Error ? error.message : String(error));
		}
	})();
	const { positionals, values } = parsed;
	const [file] = positionals;
	if (file === undefined || positionals.length > 1) throw new UsageError('decode takes one FILE');
	if (!/^\d{1,9}$/.test(values.picture)) throw new UsageError('--picture takes a number from 0 on');
	if (values.codec !== undefined && !isCodec(values.codec)) throw new UsageError(`unknown codec "${values.codec}"`);
	return { file, picture: Number(values.picture), codec: values.codec, yuv: values.yuv, png: values.png };
};

const readInput = (file: string): Uint8Array => {
	try {
		return new Uint8Array(readFileSync(file));
	} catch (error) {
		throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
	}
};

const writePlanes = (picture: Picture, path: string | undefined): string => {
	const hash = createHash('md5');
	const file = path === undefined ? null : openSync(path, 'w');
	for (const row of packedRows(picture)) {
		hash.update(row);
		if (file !== null) writeSync(file, row);
	}
	if (file !== null) closeSync(file);
	return hash.digest('hex');
};

const writeResults = (picture: Picture, options: DecodeOptions, facts: Facts): void => {
	facts.md5 = writePlanes(picture, options.yuv);
	if (options.png === undefined) return;
	writeFileSync(options.png, createPngEncoder(imageCore)(createRenderer(imageCore)(picture)));
};

/** Counts what `facts` tells while it goes along, so that an error still comes with all that was known. */
const decodeH264 = (bytes: Uint8Array, options: DecodeOptions, facts: Facts): void => {
	const units = nalUnits(bytes);
	const { chosen, count, laterDamage } = choosePicture(intraPictures(units), options.picture, () => noPicture(units));
	Object.assign(facts, describeH264(chosen), { picture: options.picture, intraPictures: count });
	if (laterDamage !== undefined) facts.laterDamage = laterDamage;
	const report = createH264Decoder(h264Cores).decodePicture(chosen);
	const { decodedMacroblocks, totalMacroblocks } = report;
	Object.assign(facts, { decodedMacroblocks, totalMacroblocks });
	assertWhole(report);
	writeResults(report.picture, options, facts);
};

const chromaFormats = ['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as const;

/** A body of a codec whose objects hold one picture. */
const decodeSingle = (codec: Codec, bytes: Uint8Array, options: DecodeOptions, facts: Facts): void => {
	if (options.picture !== 0) throw new UsageError(`--picture: a ${codec} file holds one picture`);
	const picture = createDecoder(decoderCores).decode(codec, bytes);
	const { crop, chromaFormat, bitDepthLuma, bitDepthChroma } = picture;
	const { width, height } = crop;
	Object.assign(facts, { width, height, chromaFormat: chromaFormats[chromaFormat], bitDepthLuma, bitDepthChroma });
	writeResults(picture, options, facts);
};

/** Runs the command. Returns the exit code: 0 for a whole picture, 1 for any other. @throws UsageError */
export const decodeCommand = (args: string[]): number => {
	const options = parseOptions(args);
	const bytes = readInput(options.file);
	const facts: Facts = {};
	try {
		const codec = options.codec ?? sniffCodec(bytes);
		facts.codec = codec;
		if (codec === null)
			throw new LivestillError('UNSUPPORTED_CODEC', 'the codec is not recognised; name it with --codec');
		if (codec === 'h264') decodeH264(bytes, options, facts);
		else if (codec === 'hevc') writeResults(decodeHevc(bytes, options.picture, facts), options, facts);
		else decodeSingle(codec, bytes, options, facts);
		process.stdout.write(`${JSON.stringify(facts)}\n`);
		return 0;
	} catch (error) {
		if (!(error instanceof LivestillError)) throw error;
		process.stdout.write(`${JSON.stringify({ ...facts, error: { code: error.code, message: error.message } })}\n`);
		return 1;
	}
};
