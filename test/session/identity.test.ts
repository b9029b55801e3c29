import {randomUUID} from 'node:crypto';
import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {isSessionId, looksLikeId, shortId} from '../../source/session/id.js';
import {labelProblem} from '../../source/session/label.js';
import {resolveReference} from '../../source/session/reference.js';

const id = '0b5c3f1e-9a77-4d0e-8b2a-3c1d5e6f7a8b';

describe('a session id', () => {
	it('is what randomUUID makes, and every beginning of one from 4 characters on looks like one', () => {
		fc.assert(fc.property(fc.integer({min: 4, max: 36}), length => {
			const made = randomUUID();
			expect(isSessionId(made)).toBe(true);
			expect(looksLikeId(made.slice(0, length))).toBe(true);
			expect(looksLikeId(made.slice(0, length).toUpperCase())).toBe(true);
		}));
		expect(shortId(id)).toBe('0b5c3f1e');
	});

	test.each(['', id.toUpperCase(), `${id} `, `${id}\n`, `{${id}}`, id.slice(1), id.replaceAll('-', ''), id.replace('b', 'g'), '.', '../x'])('is not %j', name => {
		expect(isSessionId(name)).toBe(false);
	});

	test.each(['', '0b5', '0b5c-', '0b5c3f1e9', `${id}0`, 'face to face', '0b5g', '٠٠٠٠'])('does not begin with %j', text => {
		expect(looksLikeId(text)).toBe(false);
	});
});

describe('a label', () => {
	test.each(['a', 'aurora', 'Field notes, 2026', '日本語', '👩‍👩‍👧', 'bad', 'cab', 'face-to-face', 'x'.repeat(64), '👍'.repeat(64), '..'])('may be %j', label => {
		expect(labelProblem(label)).toBeUndefined();
	});

	test.each([
		['', 'empty'],
		[' '.repeat(3), 'empty'],
		[' aurora', 'space'],
		['aurora ', 'space'],
		['x'.repeat(65), '64'],
		['single/a', 'slash'],
		[String.raw`a\b`, 'backslash'],
		['a\u001B[2J', 'printed'],
		['a\nb', 'printed'],
		['a\u200Bb', 'printed'],
		['a\u202Eb', 'printed'],
		['a\uDCFFb', 'printed'],
		['--all', 'dash'],
		['cafe', 'session id'],
		['DECADE', 'session id'],
		['12345678', 'session id'],
		['12345678-', 'session id'],
		[id, 'session id'],
	])('may not be %j, and says why', (label, reason) => {
		expect(labelProblem(label)).toContain(reason);
	});
});

describe('a reference', () => {
	const aurora = {id: 'aaaa1111-0000-4000-8000-000000000000', label: 'aurora'};
	const studio = {id: 'aaaa2222-0000-4000-8000-000000000000', label: 'studio'};
	const nameless = {id: 'bbbb1111-0000-4000-8000-000000000000'};
	const others = {id: 'cccc1111-0000-4000-8000-000000000000', label: 'studio'};
	const sessions = [aurora, studio, nameless];

	test.each([
		[aurora.id, aurora], ['studio', studio], ['aaaa1', aurora], ['bbbb', nameless], ['bbbb1111-0', nameless],
	])('of %s is found', (reference, session) => {
		expect(resolveReference(reference, sessions)).toEqual({found: session});
	});

	test.each(['', 'aur', 'Aurora', 'bbb', '1111', 'cccc', 'undefined', others.id, `${aurora.id}0`])('of %j is nothing here', reference => {
		expect(resolveReference(reference, sessions)).toEqual({candidates: []});
	});

	it('that is ambiguous names the candidates', () => {
		expect(resolveReference('aaaa', sessions)).toEqual({candidates: [aurora, studio]});
		expect(resolveReference('studio', [...sessions, others])).toEqual({candidates: [studio, others]});
	});

	it('prefers a full id to a label, and a label to a prefix', () => {
		const mimic = {id: 'dddd1111-0000-4000-8000-000000000000', label: aurora.id};
		const short = {id: 'eeee1111-0000-4000-8000-000000000000', label: 'aaaa'};
		expect(resolveReference(aurora.id, [mimic, ...sessions])).toEqual({found: aurora});
		expect(resolveReference('aaaa', [...sessions, short])).toEqual({found: short});
	});
});
