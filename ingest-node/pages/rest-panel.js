/** The panel that takes a snapshot over REST and shows each step of it. */
import { byId } from './page.js';

const shorten = (text) => (text.length > 60 ? `${text.slice(0, 40)}… (${text.length} characters)` : text);

const takeSnapshot = async (server, streamName) => {
	const url = `${server.replace(/\/$/, '')}/rest-api/stream/snapshot`;
	const body = JSON.stringify({ streamName });
	byId('rest-request').textContent = `POST ${url}\nContent-Type: application/json\n\n${body}`;
	byId('rest-status').textContent = '…';
	const began = performance.now();
	const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
	const answer = await response.json();
	byId('rest-status').textContent = `${response.status} after ${Math.round(performance.now() - began)} ms`;
	byId('rest-response').textContent = JSON.stringify(
		answer,
		(key, value) => (key === 'data' ? shorten(value) : value),
		2,
	);
	const picture = byId('rest-picture');
	if (response.ok) {
		picture.src = `data:image/png;base64,${answer.data}`;
		picture.alt = `Snapshot of ${streamName}`;
		await picture.decode();
		byId('rest-size').textContent = `${picture.naturalWidth} × ${picture.naturalHeight}`;
	} else {
		picture.removeAttribute('src');
		picture.alt = 'There is no picture';
		byId('rest-size').textContent = '';
	}
};

/** @param nameInput the field whose stream is asked for until the user asks for another */
export const startRestPanel = async (nameInput) => {
	const { restPort } = await (await fetch('/pages/settings.json')).json();
	const port = location.protocol === 'https:' ? 8444 : restPort;
	byId('rest-server').value = `${location.protocol}//${location.hostname}:${port}`;
	byId('rest-name').value = nameInput.value;
	nameInput.addEventListener('input', () => {
		byId('rest-name').value = nameInput.value;
	});
	byId('rest-form').addEventListener('submit', (event) => {
		event.preventDefault();
		takeSnapshot(byId('rest-server').value, byId('rest-name').value).catch((error) => {
			byId('rest-status').textContent = 'failed';
			byId('rest-response').textContent = String(error);
		});
	});
};
