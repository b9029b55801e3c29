import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {commandTable} from '../source/commands/commands.js';
import {flagTable, written} from '../source/commands/flags.js';
import {keyLabel, keymap} from '../source/explorer/keymap.js';
import {features, peers, peersMarkdown} from './peers.js';

const file = path.join(import.meta.dirname, '../README.md');
const section = /(<!-- peers: [^>]*-->\n)([\s\S]*?)(<!-- \/peers -->)/;

test('the README shows the table of features (SOJOURN_UPDATE_README=1 writes it)', () => {
	const text = fs.readFileSync(file, 'utf8');
	if (process.env['SOJOURN_UPDATE_README'] !== undefined) {
		fs.writeFileSync(file, text.replace(section, (_, before: string, __, after: string) => `${before}${peersMarkdown()}\n${after}`));
	}

	expect(section.exec(text)?.[2]?.trim() ?? '').toBe(peersMarkdown());
});

describe.each(features)('$name', ({how, own, others, tests}) => {
	test('names keys, commands, flags and variables that there are', () => {
		const known = new Set([
			...keymap.flatMap(({keys}) => keys.flatMap(key => [keyLabel(key), ...key.split(' ')])),
			...commandTable.map(({name}) => `sojourn ${name}`),
			...flagTable.map(({name}) => written(name)),
			'NO_COLOR', 'INK_SCREEN_READER',
		]);
		expect([...how.matchAll(/`(?<word>[^`]+)`/gv)].map(match => match.groups!['word']!).filter(word => !known.has(word))).toEqual([]);
	});

	test('has a verdict on each, and what is not whole here says what is missing', () => {
		expect(others).toHaveLength(peers.length);
		expect(own === 'Y' || (own === '~' && how.includes('yet'))).toBe(true);
	});

	test.each(tests)('is held by a test in %s: %s', (where, name) => {
		const text = fs.readFileSync(path.join(import.meta.dirname, where), 'utf8');
		const title = `'${name.replaceAll('\'', String.raw`\'`)}'`;
		// Begun as a test, and not left out: where it is one for each of a list, the title follows the list.
		const calls = text.split('\n').filter(line => line.includes(`(${title}, `));
		expect(calls).toHaveLength(1);
		expect(calls[0]).toMatch(/^\s*(?:(?:test|it)\(|\]\)|\] as const\)|(?:test|it)\.each\()/v);
	});
});
