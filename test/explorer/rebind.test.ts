import {describe, expect, test} from 'vitest';
import {keyProblem} from '../../source/explorer/key-check.js';
import {defaultKeymap, keyLabel, keymap, labelOf, lookUp} from '../../source/explorer/keymap.js';
import {createKeySplitter} from '../../source/explorer/keys.js';
import {rebind} from '../../source/explorer/rebind.js';
import {bytesOfKey} from '../helpers/key-bytes.js';
import {openExplorer} from '../helpers/explorer.js';

const messageOf = (keys: Readonly<Record<string, readonly string[]>>): string => {
	try {
		rebind(keys, 'config.json');
	} catch (error) {
		return (error as Error).message;
	}

	throw new Error('No error was thrown.');
};

describe('a key', () => {
	test.each(['a', 'Z', 'é', '語', '+', 'space', 'return', 'ctrl+a', 'ctrl+space', 'alt+x', 'alt+X', 'ctrl+alt+a', 'shift+tab', 'shift+up', 'ctrl+left', 'ctrl+shift+end', 'f1', 'shift+f12', 'alt++'])('%s can be bound', key => {
		expect(keyProblem(key)).toBeUndefined();
	});

	test.each([
		['ctrl+m', 'cannot be told from return'], ['ctrl+j', 'cannot be told from return'], ['ctrl+i', 'cannot be told from tab'], ['ctrl+h', 'cannot be told from backspace'],
		['ctrl+[', 'cannot be told from escape'], ['ctrl+M', 'cannot be told from return'], ['ctrl+D', 'cannot be told from ctrl+d'], ['ctrl+alt+m', 'cannot be told from alt+return'], ['ctrl+1', 'is sent by no terminal'],
		['ctrl+return', 'is sent by no terminal'], ['alt+[', 'cannot be told from the beginning'], ['alt+O', 'cannot be told from the beginning'], ['shift+a', 'is written as the character that it makes, such as A'],
		['enter', 'is no key'], ['Space', 'is no key'], ['super+a', 'is no key'], ['ab', 'is no key'], ['shift+ctrl+up', 'is no key'], ['\u{1B}', 'is no key'], ['f13', 'is no key'],
	])('%s cannot: it %s', (key, problem) => {
		expect(keyProblem(key)).toContain(problem);
	});

	test('that can be bound is one that terminals send, with that name', () => {
		const candidates = ['a', 'Z', 'é', 'space', 'return', 'tab', 'escape', 'backspace', 'ctrl+a', 'ctrl+z', 'alt+x', 'ctrl+left', 'shift+up', 'f1', 'f12', 'home', 'delete', 'shift+tab', 'alt+backspace'];
		for (const key of candidates) {
			const splitter = createKeySplitter();
			expect([keyProblem(key), ...splitter.push(bytesOfKey(key)), ...splitter.flush()]).toEqual([undefined, {type: 'key', key}]);
		}
	});
});

describe('rebinding', () => {
	test('nothing is the table itself', () => {
		expect(rebind({}, '')).toBe(defaultKeymap);
	});

	test('an action gives up its keys and takes others', () => {
		const made = rebind({export: ['E', 'g x'], mark: ['space', 't']}, '');
		expect(lookUp('', 'E', 'browse', made)).toEqual({action: 'export'});
		expect(lookUp('', 'x', 'browse', made)).toBeUndefined();
		expect(lookUp('', 'g', 'browse', made)).toEqual({pending: 'g'});
		expect(lookUp('g', 'x', 'browse', made)).toEqual({action: 'export'});
		expect(lookUp('g', 'g', 'browse', made)).toEqual({action: 'top'});
		expect(lookUp('', 't', 'browse', made)).toEqual({action: 'mark'});
		expect(lookUp('', 'x')).toEqual({action: 'export'});
		expect(labelOf(made, 'export')).toBe('E');
	});

	test('keys may be swapped, and taken away', () => {
		const made = rebind({export: ['e'], edit: ['x'], quit: []}, '');
		expect([lookUp('', 'e', 'browse', made), lookUp('', 'x', 'browse', made), lookUp('', 'q', 'browse', made)]).toEqual([{action: 'export'}, {action: 'edit'}, undefined]);
		expect(labelOf(made, 'quit')).toBe('":close the layer; quit"');
	});

	test('the same key may mean something in each place', () => {
		const made = rebind({'look-into': ['x']}, '');
		expect([lookUp('', 'x', 'sessions', made), lookUp('', 'x', 'browse', made)]).toEqual([{action: 'look-into'}, {action: 'export'}]);
	});

	test.each<[Readonly<Record<string, readonly string[]>>, string]>([
		[{export: ['e']}, 'keys.export in config.json: "e" is also a key of edit (open in $EDITOR); give export or edit another'],
		[{filter: ['t'], find: ['t']}, 'keys.filter in config.json: "t" is also a key of find (find among the rows); give filter or find another'],
		[{export: ['t', 't']}, 'keys.export in config.json: "t" is also a key of export'],
		[{export: ['?']}, '"?" is also a key of help (this help)'],
		[{help: ['o']}, 'keys.help in config.json: "o" is also a key of new-session (start a new session)'],
		[{export: ['g']}, 'keys.export in config.json: "g" begins "g g", which is a key of top (first row); give export or top another'],
		[{export: ['j x']}, 'keys.export in config.json: "j x" begins with "j", which is a key of move-down (next row); give export or move-down another'],
		[{export: ['ctrl+i']}, 'keys.export in config.json: "ctrl+i" cannot be told from tab by a terminal; give a character, or one of space,'],
		[{export: ['g ctrl+m']}, '"ctrl+m" cannot be told from return'],
		[{export: ['a b c']}, '"a b c" is more than two keys'],
		[{export: ['']}, '"" is no key'],
		[{export: [' ']}, '"" is no key'],
		[{export: ['ctrl+c']}, '"ctrl+c" is the key of interrupt everywhere, and stays that'],
		[{suspend: ['t']}, 'keys.suspend in config.json: ["t"] is not allowed; it keeps ctrl+z'],
		[{exprot: ['t']}, 'keys in config.json: "exprot" is no action; known are move-down, move-up,'],
		[{toString: ['t']}, '"toString" is no action'],
	])('%j is refused, both named', (keys, message) => {
		expect(messageOf(keys)).toContain(message);
	});

	test('the table itself passes all that is asked of a user', () => {
		const own = Object.fromEntries(keymap.filter(({action}) => action !== 'interrupt' && action !== 'suspend').map(({action, keys}) => [action, keys]));
		expect(rebind(own, '').bindings).toEqual(keymap);
	});
});

test('labels are what people call keys', () => {
	expect(['ctrl+d', 'alt+x', 'ctrl+alt+a', 'shift+tab', 'shift+f1', 'f5', 'g g', 'space t', ', n', 'alt++', '+', 'ctrl+left'].map(key => keyLabel(key)))
		.toEqual(['Ctrl+D', 'Alt+x', 'Ctrl+Alt+A', 'Shift+Tab', 'Shift+F1', 'F5', 'gg', 'Space t', ',n', 'Alt++', '+', 'Ctrl+←']);
});

test('with other keys everything is done with those, and the old ones do nothing', () => {
	const explorer = openExplorer({single: ['a', 'b']}, {changes: {keymap: rebind({'move-down': ['t'], export: ['E'], top: ['ctrl+t', 'u u'], 'clear-marks': []}, '')}});
	explorer.press('j', 'x');
	expect([explorer.focused(), explorer.model().layers]).toEqual(['single', []]);
	explorer.press('t', 't');
	expect(explorer.focused()).toBe('single/b');
	explorer.press('u', 'u');
	expect(explorer.focused()).toBe('single');
	explorer.press('t', 'E');
	expect(explorer.model().layers).toMatchObject([{type: 'prompt', paths: ['single/a']}]);
});
