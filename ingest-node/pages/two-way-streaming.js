/** Connect, publish the camera, play a stream: each with the status that the server gives. */
import { byId, openSession, ownServer, randomName, show, toggle } from './page.js';
import { startRestPanel } from './rest-panel.js';

const { STREAM_STATUS } = Flashphoner.constants;

const connecting = toggle(byId('connect'), 'Connect', 'Disconnect');
const publishing = toggle(byId('publish'), 'Publish', 'Stop');
const playing = toggle(byId('play'), 'Play', 'Stop');
let session = null;

const onSubmit = (form, action) =>
	byId(form).addEventListener('submit', (event) => {
		event.preventDefault();
		action();
	});

const onSessionEnd = (status) => {
	session = null;
	show('connect', status);
	connecting.idle();
	publishing.idle(false);
	playing.idle(false);
	byId('available').disabled = true;
};

const connect = async () => {
	connecting.busy();
	show('connect', 'CONNECTING');
	try {
		session = await openSession(byId('server').value, onSessionEnd);
	} catch (error) {
		return onSessionEnd(error.message);
	}
	show('connect', session.status());
	connecting.running(() => session.disconnect());
	publishing.idle();
	playing.idle();
	byId('available').disabled = false;
};

/** Runs a stream until one of the statuses that end it. */
const run = (stream, { control, prefix, started, ended, start }) => {
	control.busy();
	show(prefix, 'PENDING');
	const end = () => {
		show(prefix, stream.status(), stream.getInfo());
		control.idle(session !== null);
	};
	stream
		.on(started, () => {
			show(prefix, stream.status());
			control.running(() => stream.stop());
		})
		.on(ended, end)
		.on(STREAM_STATUS.FAILED, end);
	start();
};

const publish = () => {
	const options = { name: byId('publish-name').value, display: byId('local-video'), cacheLocalResources: true };
	const stream = session.createStream({ ...options, receiveVideo: false, receiveAudio: false });
	const { PUBLISHING: started, UNPUBLISHED: ended } = STREAM_STATUS;
	run(stream, { control: publishing, prefix: 'publish', started, ended, start: () => stream.publish() });
};

const play = () => {
	const stream = session.createStream({ name: byId('play-name').value, display: byId('remote-video') });
	const { PLAYING: started, STOPPED: ended } = STREAM_STATUS;
	run(stream, { control: playing, prefix: 'play', started, ended, start: () => stream.play() });
};

const askWhetherAvailable = () => {
	const stream = session.createStream({ name: byId('play-name').value, display: byId('remote-video') });
	stream.available().then(
		() => show('play', 'true', 'The stream is there'),
		() => show('play', 'false', stream.getInfo()),
	);
};

byId('server').value = ownServer();
byId('publish-name').value = randomName();
byId('play-name').value = byId('publish-name').value;
onSubmit('connect-form', () => (connecting.stop ?? connect)());
onSubmit('publish-form', () => {
	if (publishing.stop === null) return publish();
	publishing.stop();
	publishing.busy();
});
onSubmit('play-form', () => {
	if (playing.stop === null) return play();
	playing.stop();
	playing.busy();
});
byId('available').addEventListener('click', askWhetherAvailable);
await startRestPanel(byId('publish-name'));
