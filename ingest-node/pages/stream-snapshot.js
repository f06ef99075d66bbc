/** Publishes the camera and takes snapshots of it over the same WebSocket. */
import { byId, openSession, ownServer, randomName, show, toggle } from './page.js';
import { startRestPanel } from './rest-panel.js';

const { STREAM_EVENT, STREAM_EVENT_TYPE, STREAM_STATUS } = Flashphoner.constants;

const publishing = toggle(byId('publish'), 'Publish', 'Stop');
let session = null;

const onEnd = (status, info) => {
	show('publish', status, info);
	publishing.idle();
	byId('snapshot').disabled = true;
};

const onSessionEnd = (status) => {
	session = null;
	onEnd(status);
};

const publish = async () => {
	publishing.busy();
	show('publish', 'PENDING');
	try {
		session ??= await openSession(byId('server').value, onSessionEnd);
	} catch {
		return;
	}
	const options = { name: byId('publish-name').value, display: byId('local-video'), cacheLocalResources: true };
	const stream = session.createStream({ ...options, receiveVideo: false, receiveAudio: false });
	const end = () => onEnd(stream.status(), stream.getInfo());
	stream
		.on(STREAM_STATUS.PUBLISHING, () => {
			show('publish', stream.status());
			publishing.running(() => stream.stop());
			byId('snapshot').disabled = false;
		})
		.on(STREAM_STATUS.UNPUBLISHED, end)
		.on(STREAM_STATUS.FAILED, end)
		.publish();
};

const takeSnapshot = () => {
	const name = byId('publish-name').value;
	show('snapshot', 'processing…');
	byId('snapshot').disabled = true;
	const stream = session.createStream({ name });
	stream
		.on(STREAM_EVENT, ({ type, payload }) => {
			byId('snapshot').disabled = publishing.stop === null;
			if (type === STREAM_EVENT_TYPE.SNAPSHOT_FAILED) return show('snapshot', `FAILED: ${payload.info}`);
			if (type !== STREAM_EVENT_TYPE.SNAPSHOT_COMPLETED) return;
			show('snapshot', 'SNAPSHOT_COMPLETE');
			byId('snapshot-picture').src = `data:image/png;base64,${payload.snapshot}`;
			byId('snapshot-picture').alt = `Snapshot of ${name}`;
			// The object waits for ever otherwise.
			stream.stop();
		})
		.snapshot();
};

byId('server').value = ownServer();
byId('publish-name').value = randomName();
byId('publish-form').addEventListener('submit', (event) => {
	event.preventDefault();
	if (publishing.stop === null) return publish();
	publishing.stop();
	publishing.busy();
});
byId('snapshot').addEventListener('click', takeSnapshot);
await startRestPanel(byId('publish-name'));
