import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {demoContent} from '../../../source/commands/demo/content.js';
import {type DemoEntry, type DemoFile} from '../../../source/commands/demo/entry.js';
import {demoSessions, demoUnmanaged} from '../../../source/commands/demo/sessions.js';
import {isSessionId} from '../../../source/session/id.js';
import {labelProblem} from '../../../source/session/label.js';
import {encodeName, isUtf8Name} from '../../../source/text/names.js';

const hour = 3_600_000;
const timeout = 24 * hour;
const content = demoContent();
const files = (entries: readonly DemoEntry[]): DemoFile[] => entries.filter(entry => entry.type === 'file');
const namesOf = (entries: readonly DemoEntry[]): string[] => entries.map(entry => entry.path.split('/').at(-1)!);
const fileAt = (path: string): Buffer => Buffer.from(files(content).find(file => file.path === path)!.bytes());

const fingerprint = (entries: readonly DemoEntry[]): string[] =>
	files(entries).map(file => `${file.path} ${file.age} ${createHash('sha256').update(file.bytes()).digest('hex')}`);

describe('the main session', () => {
	it('holds a few hundred files of each kind, 6 to 10 MB of them, in single and bulk', () => {
		const all = files(content);
		expect(all.length).toBeGreaterThan(250);
		const bytes = all.reduce((sum, file) => sum + file.bytes().length, 0);
		expect(bytes).toBeGreaterThan(6_000_000);
		expect(bytes).toBeLessThan(10_000_000);
		expect(content.every(entry => /^(?:single|bulk)\/./.test(entry.path))).toBe(true);
		for (const extension of ['png', 'svg', 'wav', 'csv', 'tsv', 'jsonl', 'json', 'md', 'txt', 'py', 'html', 'log', 'bin']) {
			expect(all.some(file => file.path.endsWith(`.${extension}`)), extension).toBe(true);
		}
	});

	it('is made at once', () => {
		const start = performance.now();
		for (const file of files(demoContent(5))) {
			file.bytes();
		}

		expect(performance.now() - start).toBeLessThan(3000); // Measured at 350 ms on a busy machine.
	});

	test.each<[string, (entry: DemoEntry, name: string) => boolean]>([
		['spaces', (_, name) => name.startsWith('two  spaces') && name.endsWith(' ')],
		['Japanese', (_, name) => /\p{Script=Hiragana}/v.test(name)],
		['an emoji', (_, name) => /\p{RGI_Emoji}/v.test(name)],
		['combining accents', (_, name) => name !== name.normalize()],
		['right-to-left letters', (_, name) => /\p{Script=Hebrew}/v.test(name)],
		['an override of the direction', (_, name) => name.includes('\u202E')],
		['an escape sequence', (_, name) => name.includes('\u001B[31m')],
		['a newline', (_, name) => name.includes('\n')],
		['bytes that are not UTF-8', (_, name) => !isUtf8Name(name)],
		['a leading dash', (_, name) => name.startsWith('-')],
		['a colon', (_, name) => name === 'run:1.txt'],
		['a backslash', (_, name) => name.includes('\\')],
		['250 bytes', (_, name) => encodeName(name).length === 250],
		['a leading dot', (_, name) => name.startsWith('.')],
		['no content', entry => entry.type === 'file' && entry.bytes().length === 0],
		['no entries', entry => entry.type === 'directory' && content.every(other => !other.path.startsWith(`${entry.path}/`))],
		['no extension', entry => /\/[A-Z]+$/.test(entry.path)],
	])('has an entry with %s', (_, isWanted) => {
		expect(content.some(entry => isWanted(entry, entry.path.split('/').at(-1)!))).toBe(true);
	});

	it('has nested batches, and numbers that natural order is for', () => {
		expect(content.some(entry => entry.path.startsWith('bulk/2026-11-20 portraits/round-1/'))).toBe(true);
		expect(Math.max(...content.map(entry => entry.path.split('/').length))).toBeGreaterThan(6);
		expect(namesOf(content)).toContain('portrait-10.png');
	});

	it('has tables of even rows, and JSON that parses', () => {
		const orders = fileAt('single/subjects.tsv').toString().trimEnd().split('\n');
		expect(new Set(orders.map(row => row.split('\t').length))).toEqual(new Set([6]));
		expect(JSON.parse(fileAt('single/config.json').toString())).toMatchObject({name: 'aurora'});
		for (const line of fileAt('single/metrics.jsonl').toString().trimEnd().split('\n')) {
			expect(JSON.parse(line)).toHaveProperty('loss');
		}
	});
});

describe('all of the demo', () => {
	const sessions = demoSessions();

	it('is the same for the same seed, in whichever order it is made, and another for another', () => {
		const once = sessions.map(session => ({...session, entries: fingerprint(session.entries)}));
		const again = demoSessions(1).toReversed().map(session => ({...session, entries: fingerprint(session.entries.toReversed()).toReversed()}));
		expect(again.toReversed()).toEqual(once);
		expect(fingerprint(demoUnmanaged(1))).toEqual(fingerprint(demoUnmanaged()));
		const other = demoSessions(2);
		expect(other.map(session => session.id)).not.toEqual(sessions.map(session => session.id));
		const cover = files(other[0]!.entries).find(file => file.path === 'single/cover.png')!;
		expect(fileAt('single/cover.png').equals(cover.bytes())).toBe(false);
	});

	it('can be written: no path twice, none that is a file and a folder, no name too long', () => {
		for (const entries of [...sessions.map(session => session.entries), demoUnmanaged()]) {
			const paths = new Set(entries.map(entry => entry.path));
			const filePaths = new Set(files(entries).map(file => file.path));
			expect(paths.size).toBe(entries.length);
			for (const path of paths) {
				const parts = path.split('/');
				expect(parts.every(part => part !== '' && part !== '.' && part !== '..' && !part.includes('\0') && encodeName(part).length <= 255)).toBe(true);
				const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
				expect(above.some(folder => filePaths.has(folder))).toBe(false);
			}
		}
	});

	it('has live sessions, one of them without a marker, and three that have expired', () => {
		const ages = sessions.map(({label, hasMarker, activeAge}) => ({label, hasMarker, isExpired: activeAge > timeout}));
		expect(ages).toEqual([
			{label: 'aurora', hasMarker: true, isExpired: false},
			{label: 'studio', hasMarker: true, isExpired: false},
			{label: 'field-notes', hasMarker: true, isExpired: false},
			{label: undefined, hasMarker: false, isExpired: false},
			{label: 'yesterday', hasMarker: true, isExpired: true},
			{label: undefined, hasMarker: true, isExpired: true},
			{label: 'old harbour', hasMarker: true, isExpired: true},
		]);
	});

	it('is sound: ids, labels, and no entry younger than its session or older than it', () => {
		expect(new Set(sessions.map(session => session.id)).size).toBe(sessions.length);
		for (const {id, label, createdAge, activeAge, entries} of sessions) {
			expect(isSessionId(id)).toBe(true);
			expect(label === undefined ? undefined : labelProblem(label)).toBeUndefined();
			expect(Math.min(...entries.map(entry => entry.age))).toBeGreaterThanOrEqual(activeAge);
			expect(Math.max(...entries.map(entry => entry.age))).toBeLessThanOrEqual(createdAge);
		}
	});

	it('has legacy folders and an unmanaged one beside the sessions', () => {
		expect(new Set(demoUnmanaged().map(entry => entry.path.split('/', 1)[0]))).toEqual(new Set(['single', 'bulk', 'models']));
	});
});
