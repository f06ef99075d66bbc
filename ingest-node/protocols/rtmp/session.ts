/**
 * One RTMP connection of a publisher, without its socket: bytes go in, events come out. Adobe RTMP 1.0 § 7.
 *
 * After a `publish` event nothing more may be read from the generator, nor given to {@link RtmpSession.receive}, until
 * {@link RtmpSession.acceptPublish} or {@link RtmpSession.refusePublish} was called.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { AccessUnit } from '../../unit.ts';
import { concatBytes, u16, u32 } from '../bytes.ts';
import { splitAggregate } from './aggregate.ts';
import { createChunkReader } from './chunk-reader.ts';
import {
	acknowledgement,
	type Command,
	callFailed,
	canReconnect,
	connectResult,
	onStatus,
	parseCommand,
	property,
	reconnectRequest,
	result,
	text,
	userControl,
	windowSize,
	windowsAndChunkSize,
} from './commands.ts';
import { createServerHandshake } from './handshake.ts';
import { type Message, messageType } from './message.ts';
import { type PublishTarget, publishTarget } from './publish-name.ts';
import { rtmpLimits } from './rtmp-limits.ts';
import { createUnitAssembler, type PictureObserver, type UnitAssembler } from './to-units.ts';

export type RtmpEvent =
	/** Bytes for the peer. */
	| { readonly kind: 'send'; readonly bytes: Uint8Array }
	/** The peer wants to publish. */
	| { readonly kind: 'publish'; readonly target: PublishTarget }
	/** A picture of the stream: a keyframe, or any while the observer wants all. */
	| { readonly kind: 'unit'; readonly unit: AccessUnit }
	/** A message that should have become a keyframe, and why it did not. */
	| { readonly kind: 'discard'; readonly reason: string }
	/** The peer ended its stream; the connection stays. */
	| { readonly kind: 'unpublish' }
	/** We have answered, and want nothing more of this peer. */
	| { readonly kind: 'close'; readonly reason: string };

interface RtmpCounters {
	/** Bytes received. */
	bytes: number;
	/** Complete messages of any type: what shows that the peer is alive. */
	messages: number;
	audioMessages: number;
	videoMessages: number;
}

export interface RtmpSession {
	/** Takes bytes in any portions. @throws LivestillError `PROTOCOL_VIOLATION`: the connection is of no more use */
	receive(bytes: Uint8Array): Generator<RtmpEvent, void>;
	/** Answer to a `publish` event. @param observer of the stream's pictures */
	acceptPublish(observer?: PictureObserver): Uint8Array;
	/** Answer to a `publish` event; `description` is shown to the person who publishes. */
	refusePublish(description: string): Uint8Array;
	/** Asks the peer to connect anew; `null` where it would not understand. */
	requestReconnect(description: string): Uint8Array | null;
	/** Tells the peer that its stream is over, whose end it is not; nothing to send when it publishes nothing. */
	endPublish(description: string): Uint8Array;
	readonly phase: 'handshake' | 'commands' | 'publishing';
	readonly counters: Readonly<RtmpCounters>;
}

const commandTypes: ReadonlySet<number> = new Set([messageType.commandAmf0, messageType.commandAmf3]);
const smallTypes: ReadonlySet<number> = new Set([
	...commandTypes,
	messageType.setChunkSize,
	messageType.abort,
	messageType.acknowledgement,
	messageType.userControl,
	messageType.windowAcknowledgementSize,
	messageType.setPeerBandwidth,
]);
const pingRequest = 6;

/** @param random fills bytes of the handshake */
export const createRtmpSession = (random: (bytes: Uint8Array) => void): RtmpSession => {
	const counters: RtmpCounters = { bytes: 0, messages: 0, audioMessages: 0, videoMessages: 0 };
	const handshake = createServerHandshake(random);
	let phase: RtmpSession['phase'] = 'handshake';
	let assembler: UnitAssembler | null = null;
	let app: string | null = null;
	let tcUrl = '';
	let mayReconnect = false;
	let lastStreamId = 0;
	let publishStreamId = 0;
	let messagesBeforePublish = 0;
	let window = windowSize;
	let acknowledged = 0;

	const reader = createChunkReader({
		wants: (typeId, head, timestamp) => {
			if (smallTypes.has(typeId)) return true;
			if (phase !== 'publishing') return false;
			if (typeId === messageType.aggregate) return true;
			return typeId === messageType.video && assembler?.isWorthKeeping(head, timestamp) === true;
		},
		maxLength: (typeId) =>
			smallTypes.has(typeId) || phase !== 'publishing' ? rtmpLimits.commandBytes : rtmpLimits.messageBytes,
	});

	const send = (...parts: readonly Uint8Array[]): RtmpEvent[] => parts.map((bytes) => ({ kind: 'send', bytes }));

	const violation = (why: string): never => {
		throw new LivestillError('PROTOCOL_VIOLATION', `RTMP: ${why}`);
	};

	const onConnect = ({ transactionId, values }: Command): RtmpEvent[] => {
		if (app !== null) return violation('second connect');
		app = text(property(values[0], 'app'));
		tcUrl = text(property(values[0], 'tcUrl'));
		mayReconnect = canReconnect(values[0]);
		return send(...windowsAndChunkSize(), connectResult(transactionId));
	};

	const onCreateStream = ({ transactionId }: Command): RtmpEvent[] => {
		lastStreamId += 1;
		return send(result(transactionId, lastStreamId));
	};

	const onPublish = ({ values }: Command, streamId: number): RtmpEvent[] => {
		if (phase === 'publishing') return violation('second publish');
		publishStreamId = streamId;
		try {
			return [{ kind: 'publish', target: publishTarget(app ?? '', tcUrl, text(values[1])) }];
		} catch (error) {
			if (!(error instanceof LivestillError)) throw error;
			return [...send(refusal(error.message)), { kind: 'close', reason: error.message }];
		}
	};

	const onPlay = (streamId: number): RtmpEvent[] => {
		const description = 'Nothing is played over RTMP here.';
		return [
			...send(onStatus(streamId, 'error', 'NetStream.Play.Failed', description)),
			{ kind: 'close', reason: 'the peer wants to play' },
		];
	};

	const refusal = (description: string): Uint8Array =>
		onStatus(publishStreamId, 'error', 'NetStream.Publish.BadName', description);

	const onUnpublish = (): RtmpEvent[] => {
		if (phase !== 'publishing') return [];
		phase = 'commands';
		assembler = null;
		messagesBeforePublish = 0;
		return [
			...send(onStatus(publishStreamId, 'status', 'NetStream.Unpublish.Success', 'The stream has ended.')),
			{ kind: 'unpublish' },
		];
	};

	const onCommand = (message: Message): RtmpEvent[] => {
		const command = parseCommand(message);
		const { name, transactionId, values } = command;
		if (app === null && name !== 'connect') return violation(`${name.slice(0, 40)} before connect`);
		switch (name) {
			case 'connect':
				return onConnect(command);
			case 'createStream':
				return onCreateStream(command);
			case 'publish':
				return onPublish(command, message.streamId);
			case 'releaseStream':
			case 'FCPublish':
				return transactionId > 0 ? send(result(transactionId)) : [];
			case 'FCUnpublish':
				return onUnpublish();
			case 'deleteStream':
				return values[1] === publishStreamId ? onUnpublish() : [];
			case 'closeStream':
				return message.streamId === publishStreamId ? onUnpublish() : [];
			case 'play':
			case 'play2':
				return onPlay(message.streamId);
			case '_result':
			case '_error':
			case 'onStatus':
				return [];
			default:
				return transactionId > 0 ? send(callFailed(transactionId, name)) : [];
		}
	};

	const onVideo = (message: Message): RtmpEvent[] => {
		// Some publishers send media with another stream id than their publish; a connection has one stream anyway.
		if (assembler === null || message.payload === null) return [];
		try {
			const unit = assembler.add(message.payload, message.timestamp);
			return unit === null ? [] : [{ kind: 'unit', unit }];
		} catch (error) {
			if (!(error instanceof LivestillError)) throw error;
			return [{ kind: 'discard', reason: error.message }];
		}
	};

	const onAggregate = (message: Message): RtmpEvent[] => {
		const events: RtmpEvent[] = [];
		for (const part of splitAggregate(message)) {
			const isVideo = part.typeId === messageType.video && part.payload !== null;
			if (isVideo && assembler?.isWorthKeeping(part.payload, part.timestamp)) events.push(...onVideo(part));
		}
		return events;
	};

	const onMessage = (message: Message): RtmpEvent[] => {
		const { typeId, payload } = message;
		counters.messages += 1;
		if (phase !== 'publishing') {
			messagesBeforePublish += 1;
			if (messagesBeforePublish > rtmpLimits.messagesBeforePublish)
				return violation(`more than ${rtmpLimits.messagesBeforePublish} messages without a publish`);
		}
		if (typeId === messageType.audio) counters.audioMessages += 1;
		if (typeId === messageType.video) {
			counters.videoMessages += 1;
			return onVideo(message);
		}
		if (payload === null) return [];
		if (typeId === messageType.aggregate) return onAggregate(message);
		if (commandTypes.has(typeId)) return onCommand(message);
		if (typeId === messageType.windowAcknowledgementSize && payload.length >= 4) window = Math.max(1, u32(payload, 0));
		if (typeId === messageType.userControl && payload.length >= 6 && u16(payload, 0) === pingRequest)
			return send(userControl('pingResponse', u32(payload, 2)));
		return [];
	};

	const shakeHands = function* (bytes: Uint8Array): Generator<RtmpEvent, Uint8Array | null> {
		for (let step = handshake.next(bytes); step !== null; step = handshake.next(new Uint8Array(0))) {
			if ('rest' in step) {
				phase = 'commands';
				return step.rest;
			}
			yield { kind: 'send', bytes: step.reply };
		}
		return null;
	};

	return {
		receive: function* (bytes) {
			counters.bytes += bytes.length;
			const media = phase === 'handshake' ? yield* shakeHands(bytes) : bytes;
			if (media === null) return;
			for (const message of reader.read(media)) yield* onMessage(message);
			if (counters.bytes - acknowledged < window) return;
			acknowledged = counters.bytes;
			yield { kind: 'send', bytes: acknowledgement(counters.bytes) };
		},
		acceptPublish: (observer) => {
			phase = 'publishing';
			assembler = createUnitAssembler(observer);
			const start = onStatus(publishStreamId, 'status', 'NetStream.Publish.Start', 'The stream is published.');
			return concatBytes([userControl('streamBegin', publishStreamId), start]);
		},
		refusePublish: refusal,
		requestReconnect: (description) => (mayReconnect ? reconnectRequest(description) : null),
		endPublish: (description) =>
			phase === 'publishing'
				? onStatus(publishStreamId, 'status', 'NetStream.Unpublish.Success', description)
				: new Uint8Array(0),
		get phase() {
			return phase;
		},
		counters,
	};
};
