/** What the pages do besides being there: pictures that follow their streams, ages that count, texts that can be copied. */

const config = document.body.dataset;
/** Milliseconds between two looks at the list of streams, and between two at a picture when its stream does not say. */
const listInterval = 2000;
const shortestWait = 1000;
const longestWait = 10_000;

const age = (milliseconds) => {
	const seconds = Math.max(0, Math.round(milliseconds / 1000));
	if (seconds < 60) return `${seconds} s ago`;
	const minutes = Math.floor(seconds / 60);
	return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
};

/** Server's clock minus ours: ages are told by the clock that took the picture. */
let clockOffset = 0;

const showAges = () => {
	for (const time of document.querySelectorAll('time[data-age]'))
		time.textContent = age(Date.now() + clockOffset - Date.parse(time.dateTime));
};

const isSeen = (element) => {
	const { top, bottom } = element.getBoundingClientRect();
	return !document.hidden && bottom > -200 && top < innerHeight + 200;
};

/** Puts the newest picture into an image, without a gap between the old one and the new one. */
const renew = async (image) => {
	const response = await fetch(image.dataset.preview, { cache: 'no-cache' });
	if (!response.ok) throw new Error(String(response.status));
	const keyframe = response.headers.get('X-Snapshot-Keyframe');
	const card = image.closest('[data-stream]');
	const time = card.querySelector('time[data-age]');
	const date = Date.parse(response.headers.get('Date') ?? '');
	if (date > 0) clockOffset = date - Date.now();
	if (keyframe === image.dataset.keyframe) return;
	const fresh = new Image();
	const url = URL.createObjectURL(await response.blob());
	fresh.src = url;
	await fresh.decode();
	const old = image.src;
	image.src = url;
	image.dataset.keyframe = keyframe;
	if (old.startsWith('blob:')) URL.revokeObjectURL(old);
	if (time !== null) time.dateTime = new Date(Number(response.headers.get('X-Snapshot-Timestamp'))).toISOString();
	card.removeAttribute('data-broken');
	showAges();
};

/** Keeps an image new for as long as it is on the page. */
const follow = async (image) => {
	for (;;) {
		const interval = Number(image.dataset.interval) || 2000;
		await new Promise((resolve) => setTimeout(resolve, Math.min(longestWait, Math.max(shortestWait, interval))));
		if (!image.isConnected) return;
		if (!isSeen(image)) continue;
		// The last picture stays; its age tells what it is worth.
		await renew(image).catch(() => image.closest('[data-stream]').setAttribute('data-broken', ''));
	}
};

/** A card like those that the server makes. */
const createCard = (stream) => {
	const card = document.querySelector('#card').content.cloneNode(true).firstElementChild;
	const image = card.querySelector('img');
	card.dataset.stream = stream.name;
	card.querySelector('a').href = stream.page;
	card.querySelector('.name').textContent = stream.name;
	card.querySelector('.protocol').textContent = stream.protocol;
	const time = card.querySelector('time');
	time.dateTime = new Date(stream.capturedAt).toISOString();
	image.alt = `Live picture of ${stream.name}`;
	image.dataset.preview = stream.preview;
	image.dataset.interval = stream.interval;
	image.src = stream.preview;
	void follow(image);
	return card;
};

const cardOf = (name, cards) => cards.find((card) => card.dataset.stream === name);

const showStreams = (wall, streams) => {
	const cards = [...wall.children];
	const names = new Set(streams.map(({ name }) => name));
	for (const card of cards) if (!names.has(card.dataset.stream)) card.remove();
	let previous = null;
	for (const stream of streams) {
		const card = cardOf(stream.name, cards) ?? createCard(stream);
		const place = previous === null ? wall.firstElementChild : previous.nextElementSibling;
		if (place !== card) wall.insertBefore(card, place);
		previous = card;
	}
	const summary = document.querySelector('#summary');
	const text = streams.length === 1 ? '1 live stream' : `${streams.length} live streams`;
	if (summary.textContent !== text) summary.textContent = text;
	document.querySelector('#empty').hidden = streams.length > 0;
	showAges();
};

const watchWall = async (wall) => {
	for (;;) {
		await new Promise((resolve) => setTimeout(resolve, listInterval));
		if (document.hidden) continue;
		const problem = document.querySelector('#problem');
		try {
			const response = await fetch(config.streams, { cache: 'no-store' });
			if (!response.ok) throw new Error(String(response.status));
			showStreams(wall, await response.json());
			problem.hidden = true;
		} catch {
			problem.hidden = false;
		}
	}
};

const copyText = async (button) => {
	const source = document.getElementById(button.dataset.copy);
	await navigator.clipboard.writeText(source.value ?? source.textContent);
	button.textContent = 'Copied';
	setTimeout(() => {
		button.textContent = 'Copy';
	}, 2000);
};

for (const button of document.querySelectorAll('button[data-copy]')) {
	button.hidden = false;
	button.addEventListener('click', () => void copyText(button));
}
for (const image of document.querySelectorAll('img[data-preview]')) void follow(image);
const wall = document.querySelector('#wall');
if (wall !== null) void watchWall(wall);
showAges();
setInterval(showAges, 1000);
