/** The commands that a publisher sends and the answers to them. Adobe RTMP 1.0 § 7.2, Enhanced RTMP v2 for capabilities. */

import { bytesOfU32, u8 } from '../bytes.ts';
import { type Amf0Object, type Amf0Value, decodeAmf0, encodeAmf0 } from './amf0.ts';
import { writeMessage } from './chunk-writer.ts';
import { fourCcs } from './flv-video.ts';
import { type Message, messageType } from './message.ts';

/** `[name, transaction id, command object, ...arguments]`, unchecked. */
export interface Command {
	readonly name: string;
	readonly transactionId: number;
	/** What comes after the transaction id. */
	readonly values: readonly Amf0Value[];
}

/** Chunk size of what we send: the answer to connect, our longest message, fits in one chunk. */
const outgoingChunkSize = 4096;

/** Bytes after which each side wants an acknowledgement, § 5.4.4. */
export const windowSize = 2_500_000;

/** Reads a command message of either AMF version. @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseCommand = (message: Message): Command => {
	const payload = message.payload ?? new Uint8Array(0);
	// An AMF 3 command is a zero byte and, in all publishers in use, AMF 0 values.
	const isAmf3 = message.typeId === messageType.commandAmf3 && payload.length > 0 && u8(payload, 0) === 0;
	const [name, transactionId, ...values] = decodeAmf0(isAmf3 ? payload.subarray(1) : payload);
	return {
		name: typeof name === 'string' ? name : '',
		transactionId: typeof transactionId === 'number' ? transactionId : 0,
		values,
	};
};

/** A property of what may or may not be an object. */
export const property = (value: Amf0Value, key: string): Amf0Value =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Amf0Object)[key] : undefined;

/** The value as text, '' when it is none. */
export const text = (value: Amf0Value): string => (typeof value === 'string' ? value : '');

const control = (typeId: number, payload: Uint8Array): Uint8Array =>
	writeMessage({ chunkStreamId: 2, typeId, streamId: 0, timestamp: 0, payload }, outgoingChunkSize);

const command = (streamId: number, ...values: readonly Amf0Value[]): Uint8Array =>
	writeMessage(
		{
			chunkStreamId: streamId === 0 ? 3 : 5,
			typeId: messageType.commandAmf0,
			streamId,
			timestamp: 0,
			payload: encodeAmf0(...values),
		},
		outgoingChunkSize,
	);

/** § 5.4.3 */
export const acknowledgement = (received: number): Uint8Array =>
	control(messageType.acknowledgement, bytesOfU32(received % 2 ** 32));

/** § 6.2; event types of § 7.1.7 */
export const userControl = (event: 'streamBegin' | 'pingResponse', value: number): Uint8Array =>
	control(messageType.userControl, Uint8Array.of(0, event === 'streamBegin' ? 0 : 7, ...bytesOfU32(value)));

const setPeerBandwidthDynamic = 2;

/** What we say on connect before its result, §§ 5.4.4, 5.4.5, 5.4.1. */
export const windowsAndChunkSize = (): readonly Uint8Array[] => [
	control(messageType.windowAcknowledgementSize, bytesOfU32(windowSize)),
	control(messageType.setPeerBandwidth, Uint8Array.of(...bytesOfU32(windowSize), setPeerBandwidthDynamic)),
	control(messageType.setChunkSize, bytesOfU32(outgoingChunkSize)),
];

/** Enhanced RTMP v2, `FourCcInfoMask`: we pass the coded picture on. */
const canForward = 4;
/** Enhanced RTMP v2, `CapsExMask`. */
const capability = { reconnect: 0x01, multitrack: 0x02, modEx: 0x04 } as const;
const capsEx = capability.reconnect | capability.multitrack | capability.modEx;

/** Whether the object of a connect says that the peer understands {@link reconnectRequest}. */
export const canReconnect = (connectObject: Amf0Value): boolean => {
	const caps = property(connectObject, 'capsEx');
	return typeof caps === 'number' && (caps & capability.reconnect) !== 0;
};

/** Result of connect. OBS sends HEVC and AV1 only to a server that lists their FourCC. */
export const connectResult = (transactionId: number): Uint8Array =>
	command(
		0,
		'_result',
		transactionId,
		{
			fmsVer: 'FMS/3,0,1,123',
			capabilities: 31,
			fourCcList: [...fourCcs.keys()],
			videoFourCcInfoMap: Object.fromEntries([...fourCcs.keys()].map((fourCc) => [fourCc, canForward])),
			capsEx,
		},
		{
			level: 'status',
			code: 'NetConnection.Connect.Success',
			description: 'Connection succeeded.',
			objectEncoding: 0,
		},
	);

/** Result of createStream, or of a call whose result is nothing. */
export const result = (transactionId: number, value: Amf0Value = undefined): Uint8Array =>
	command(0, '_result', transactionId, null, value);

/** Answer to a call that we do not have. */
export const callFailed = (transactionId: number, name: string): Uint8Array =>
	command(0, '_error', transactionId, null, {
		level: 'error',
		code: 'NetConnection.Call.Failed',
		description: `There is no method ${name.slice(0, 40)}.`,
	});

/** Enhanced RTMP v2, "Reconnect Request": without a `tcUrl` the peer goes back to the one that it used. */
export const reconnectRequest = (description: string): Uint8Array =>
	onStatus(0, 'status', 'NetConnection.Connect.ReconnectRequest', description);

/** § 7.2.2 */
export const onStatus = (streamId: number, level: 'status' | 'error', code: string, description: string): Uint8Array =>
	command(streamId, 'onStatus', 0, null, { level, code, description });
