import {expect, test} from 'vitest';
import {keyLabels, keymap, keymapMarkdown, keymapOf, lookUp, places} from '../../source/explorer/keymap.js';
import {createKeySplitter} from '../../source/explorer/keys.js';
import {bytesOfKey} from '../helpers/key-bytes.js';

test.each(places)('every key of %s is one that a terminal can send, and is bound once', place => {
	const keys = keymapOf(place).flatMap(binding => [...binding.keys]);
	expect(new Set(keys).size).toBe(keys.length);
	for (const key of keys.flatMap(sequence => sequence.split(' '))) {
		const splitter = createKeySplitter();
		expect([...splitter.push(bytesOfKey(key)), ...splitter.flush()]).toEqual([{type: 'key', key}]);
	}
});

test('no key of the table is one that a terminal cannot tell from Return, Tab or Backspace', () => {
	expect(keymap.flatMap(({keys}) => keys).filter(key => ['ctrl+m', 'ctrl+i', 'ctrl+h', 'ctrl+[', 'ctrl+j'].includes(key))).toEqual([]);
});

test('the beginning of a sequence is no key of its own', () => {
	expect(lookUp('', 'g')).toEqual({pending: 'g'});
	expect(lookUp('g', 'g')).toEqual({action: 'top'});
	expect(lookUp('g', 'j')).toEqual({action: 'move-down'});
	expect(lookUp('', 'toString')).toBeUndefined();
});

test('a key has the meaning of its place', () => {
	expect(lookUp('', 'S')).toEqual({action: 'show-sweep'});
	expect(lookUp('', 'S', 'sessions')).toEqual({action: 'try-sweep'});
	expect(lookUp('', 'x', 'sessions')).toBeUndefined();
	expect(lookUp('', 'd')).toBeUndefined();
	expect(lookUp(',', 'S', 'sessions')).toEqual({action: 'sort-sessions size reversed'});
});

test('keys have the names that people use', () => {
	expect(keymap.map(binding => keyLabels(binding))).toEqual(expect.arrayContaining(['j ↓', 'gg Home', 'Ctrl+D', 'PgDn', 'Space', 'Return', 'Esc']));
});

test('the table of the README has a row for each binding', () => {
	const lines = keymapMarkdown().split('\n');
	expect(lines.slice(0, 3)).toEqual(['| keys | action |', '|---|---|', '| `j` `↓` | next row |']);
	expect(lines.filter(line => /^\|[^\|]+\|[^\|]+\|$/v.test(line))).toHaveLength(keymap.length + (2 * places.length));
	expect(lines.filter(line => !line.startsWith('|') && line !== '')).toHaveLength(places.length - 1);
});
