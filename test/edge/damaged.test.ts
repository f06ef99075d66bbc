/** A damaged picture is for those who ask for one, and for nobody else. */
import { expect, test } from 'vitest';
import { damagedByte, startApp, verdict } from './support/app.ts';
import { publish } from './support/store.ts';

const damaged = Uint8Array.of(damagedByte);
const refusal = { status: 500, code: 'FRAME_DAMAGED' };

test('it comes with what is missing, and is never cached', async () => {
	const { snapshot, counts } = startApp();
	const { name } = await publish({}, damaged);
	const response = await snapshot({ streamName: name, acceptDamaged: true });
	expect(response.status).toBe(200);
	expect(await response.json()).toMatchObject({ width: 64, height: 48, damage: { missing: 5, total: 12 } });
	expect(await verdict(await snapshot({ streamName: name }))).toEqual(refusal);
	expect(counts.decodes).toBe(2);
});

test('a refusal that is remembered does not stand in its way', async () => {
	const { snapshot } = startApp();
	const { name } = await publish({}, damaged);
	expect(await verdict(await snapshot({ streamName: name }))).toEqual(refusal);
	expect((await snapshot({ streamName: name, acceptDamaged: true })).status).toBe(200);
	expect(await verdict(await snapshot({ streamName: name, acceptDamaged: false }))).toEqual(refusal);
});

test('a whole picture is answered and cached as ever', async () => {
	const { snapshot, counts } = startApp();
	const { name } = await publish();
	const answer = await (await snapshot({ streamName: name, acceptDamaged: true })).json();
	expect(answer).not.toHaveProperty('damage');
	expect(await (await snapshot({ streamName: name })).json()).toEqual(answer);
	expect(counts.decodes).toBe(1);
});

test('acceptDamaged is true or false', async () => {
	const { name } = await publish();
	expect(await verdict(await startApp().snapshot({ streamName: name, acceptDamaged: 'yes' }))).toEqual({
		status: 400,
		code: 'INVALID_PARAMETER',
	});
});
