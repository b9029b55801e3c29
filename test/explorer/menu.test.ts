import {describe, expect, test} from 'vitest';
import type {Message} from '../../source/explorer/messages.js';
import type {MenuItem, Model} from '../../source/explorer/model.js';
import {update, type Step} from '../../source/explorer/update.js';
import {freshModel, now} from '../helpers/explorer.js';

const item = (id: string): MenuItem => ({session: {id, uid: 1000}, isCurrent: false, lastActiveAt: now});

const withMenu = (index = 0): Model => freshModel({menu: {items: [item('one'), item('two')], index, isBusy: false}});

const press = (model: Model, ...keys: readonly string[]): Step => {
	let step: Step = [model, []];
	for (const key of keys) {
		const message: Message = {type: 'key-pressed', key};
		step = update(step[0], message);
	}

	return step;
};

test.each([
	[['return'], 'one'],
	[['j', 'return'], 'two'],
	[['j', 'j', 'return'], 'new'],
	[['G', 'down', 'return'], 'new'],
	[['end', 'up', 'k', 'k', 'return'], 'one'],
	[['x', '1', 'f1', 'j', 'tab', 'return'], 'two'],
])('%j chooses %s', (keys, chosen) => {
	const [model, effects] = press(withMenu(), ...keys);
	expect(effects).toMatchObject([{type: 'open-session', session: chosen === 'new' ? 'new' : {id: chosen}}]);
	expect(model.menu?.isBusy).toBe(true);
});

test('a choice that is being carried out is not made twice, but one can leave', () => {
	const [busy] = press(withMenu(), 'j', 'return');
	const [model, effects] = press(busy, 'k', 'g', 'return', 'return');
	expect([model.menu?.index, effects]).toEqual([1, []]);
	expect(press(busy, 'q')[0].exitCode).toBe(0);
	expect(press(busy, 'ctrl+c')[0].exitCode).toBe(130);
});

test('a refusal is told, and one can choose again', () => {
	const [busy] = press(withMenu(), 'return');
	const [refused] = update(busy, {type: 'session-refused', problem: 'the session one is gone'});
	expect(refused).toMatchObject({menu: {isBusy: false}, notice: {kind: 'problem', text: 'the session one is gone'}});
	expect(press(refused, 'j', 'return')[1]).toHaveLength(1);
});

describe('sizes', () => {
	test('come in one by one, and leave the choice where it is', () => {
		const [model] = update(withMenu(1), {type: 'sessions-counted', items: [{...item('two'), files: 3, bytes: 30}, {...item('unknown'), files: 1, bytes: 1}]});
		expect(model.menu).toMatchObject({index: 1, items: [{session: {id: 'one'}}, {session: {id: 'two'}, files: 3}]});
		expect(model.menu?.items).toHaveLength(2);
	});

	test('that come when the menu is gone do nothing', () => {
		const model = freshModel();
		expect(update(model, {type: 'sessions-counted', items: [item('one')]})[0]).toBe(model);
	});
});

test('the session that was opened takes the place of the menu, and its folders are read', () => {
	const [model, effects] = update(withMenu(), {
		type: 'session-opened', session: {
			id: 'one', label: 'mine', isReadOnly: false, lastActiveAt: now,
		}, roots: ['single', 'bulk', 'legacy'], isNew: true,
	});
	expect(model).toMatchObject({menu: undefined, cursor: {path: 'single', index: 0}, notice: {text: 'started session mine'}});
	expect(effects.flatMap(effect => effect.type === 'list-folder' ? [effect.path] : [])).toEqual(['single', 'bulk']);
});
