import {Buffer} from 'node:buffer';
import {describe, expect, test} from 'vitest';
import {defaultName, readableName, StandIns} from '../../source/export/names.js';
import {decodeName} from '../../source/text/names.js';

const id = '0a1b2c3d-2222-4333-8444-555555555555';
const bytes = (...values: readonly number[]): string => decodeName(Buffer.from(values));

describe('what an export is called', () => {
	test.each([
		[{paths: ['single/a.png'], isZip: false}, 'a.png'],
		[{paths: [`single/${bytes(0xff)}`], isZip: false}, bytes(0xff)],
		[{paths: ['single/a.png'], isZip: true}, 'a.png.zip'],
		[{paths: [], isZip: true}, '0a1b2c3d.zip'],
		[{paths: [''], isZip: true, label: 'my trip'}, 'my trip.zip'],
		[{paths: ['bulk/batch-1/'], isZip: true, label: 'trip'}, 'batch-1.zip'],
		[{paths: ['bulk'], isZip: true}, 'bulk.zip'],
		[{paths: ['single/a', 'bulk/b'], isZip: true}, '0a1b2c3d-selection.zip'],
		[{paths: ['single/a', 'bulk/b'], isZip: true, label: 'trip'}, 'trip-selection.zip'],
		[{paths: [], isZip: true, label: 'a: b?'}, 'a_ b_.zip'],
		[{paths: [], isZip: true, label: '..'}, '0a1b2c3d.zip'],
		[{paths: ['bulk/a\\b\n'], isZip: true}, 'a_b_.zip'],
		[{paths: [`bulk/${bytes(0x61, 0xff)}`], isZip: true}, 'a%FF.zip'],
	])('%j: %s', (options, name) => {
		expect(defaultName({id, ...options})).toBe(name);
	});

	test('it fits into a file name, whole characters only', () => {
		const name = defaultName({
			id, label: '🙂'.repeat(64), paths: ['single/a', 'single/b'], isZip: true,
		});
		expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
		expect(name).toMatch(/^🙂+-selection\.zip$/v);
	});
});

test('a stand-in shows the bytes', () => {
	expect(readableName(bytes(0x61, 0xff, 0x80, 0x62))).toBe('a%FF%80b');
	expect(readableName('100%')).toBe('100%');
});

test('stand-ins meet neither exact names nor each other, and stay the same', () => {
	const names = new StandIns();
	names.add('single/%FF/deep/file');
	names.add('single/%FE (2).txt');
	names.add('single/%FE.txt');
	expect(names.pathFor('single/plain')).toBe('single/plain');
	expect(names.pathFor(`single/${bytes(0xff)}`)).toBe('single/%FF (2)');
	expect(names.pathFor(`single/${bytes(0xff)}/x`)).toBe('single/%FF (2)/x');
	expect(names.pathFor(`single/${bytes(0xfe)}.txt`)).toBe('single/%FE (3).txt');
	const mixed = [`single/%FD${bytes(0xfc)}`, `single/${bytes(0xfd)}%FC`];
	expect(mixed.map(path => names.pathFor(path))).toEqual(['single/%FD%FC', 'single/%FD%FC (2)']);
	expect(mixed.map(path => names.pathFor(path))).toEqual(['single/%FD%FC', 'single/%FD%FC (2)']);
});
