/** What the pages share: elements, status texts, the session with the server. */
const { SESSION_STATUS } = Flashphoner.constants;

export const byId = (id) => document.getElementById(id);

const good = ['ESTABLISHED', 'PUBLISHING', 'PLAYING', 'SNAPSHOT_COMPLETE', 'true'];
const bad = ['FAILED', 'DISCONNECTED', 'false'];

/** Shows a status in the words of the SDK, and beside it why. */
export const show = (prefix, status, info = '') => {
	const output = byId(`${prefix}-status`);
	output.textContent = status;
	output.dataset.status = good.includes(status) ? 'good' : bad.includes(status) ? 'bad' : '';
	const details = byId(`${prefix}-info`);
	if (details) details.textContent = info ?? '';
};

/** The signalling is where this page came from. */
export const ownServer = () => `${location.protocol.replace('http', 'ws')}//${location.host}`;

export const randomName = () => crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, '0');

/** `?token=…` of the page is shown to the node; `?relay` keeps media from any way but the TURN server. */
const parameters = new URLSearchParams(location.search);
const settings = {
	token: parameters.get('token') ?? undefined,
	mediaOptions: parameters.has('relay') ? { iceTransportPolicy: 'relay' } : {},
};

/** Resolves to an established session; rejects when there is none. `onEnd` hears the status that ended it. */
export const openSession = (urlServer, onEnd) =>
	new Promise((resolve, reject) => {
		const end = (session) => {
			reject(new Error(session.status()));
			onEnd(session.status());
		};
		// Filled with the node's STUN and TURN servers as soon as they are known; the SDK reads it for every stream.
		const mediaOptions = { iceServers: [], ...settings.mediaOptions };
		Flashphoner.createSession({ urlServer, mediaOptions, authToken: settings.token })
			.on(SESSION_STATUS.ESTABLISHED, (session, { iceServers }) => {
				mediaOptions.iceServers.push(...iceServers);
				resolve(session);
			})
			.on(SESSION_STATUS.DISCONNECTED, end)
			.on(SESSION_STATUS.FAILED, end);
	});

/** A button that starts something and, once that runs, stops it. */
export const toggle = (button, startText, stopText) => {
	let stop = null;
	return {
		get stop() {
			return stop;
		},
		busy: () => {
			button.disabled = true;
		},
		running: (whatStops) => {
			stop = whatStops;
			button.textContent = stopText;
			button.disabled = false;
		},
		idle: (isUsable = true) => {
			stop = null;
			button.textContent = startText;
			button.disabled = !isUsable;
		},
	};
};

Flashphoner.init({});
