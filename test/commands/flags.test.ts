import {describe, expect, it, test} from 'vitest';
import {commandTable} from '../../source/commands/commands.js';
import {checkFlags, checkPlaces, flagTable, givenFlags, written, type Flags} from '../../source/commands/flags.js';
import {widthOf} from '../../source/text/width.js';
import {helpText} from '../../source/commands/help.js';

const read = (...argv: readonly string[]): Flags => givenFlags(checkFlags(argv));

describe('flags', () => {
	it('are taken as they are written, whatever their values look like', () => {
		expect(read('--outputs', '/a b', '--json')).toEqual({outputs: '/a b', json: true});
		expect(read('--outputs=/a=b')).toEqual({outputs: '/a=b'});
		expect(read('--label=', '--to', '-')).toEqual({label: '', to: '-'});
		expect(read('--name', '"quoted"', '--batch=\'x\'')).toEqual({name: '"quoted"', batch: '\'x\''});
		expect(read('--name', '1.50', '--label', '0x10', '--batch', '1e3')).toEqual({name: '1.50', label: '0x10', batch: '1e3'});
		expect(read('--name', '--json')).toEqual({name: '--json'});
		expect(read('--no-sweep', '--no-sizes', '-0', '--dry-run', '--max-age-hours', '0.5')).toEqual({
			noSweep: true, noSizes: true, 0: true, dryRun: true, maxAgeHours: '0.5',
		});
		expect(read('--name', 'a\nb=c')).toEqual({name: 'a\nb=c'});
		expect(read('--name=a\nb')).toEqual({name: 'a\nb'});
	});

	it('end at --', () => {
		expect(read('--json', '--', '--zip', '-0')).toEqual({json: true});
		expect(checkFlags(['add', '--', '--frob', '-'])).toEqual(['add', '--', '--frob', '-']);
	});

	it('end at the program that is to be run', () => {
		expect(checkFlags(['run', '--session', 'run', '--new', 'make', '--frob', '-0', '--'])).toEqual(['run', '--session=run', '--new', '--', 'make', '--frob', '-0', '--']);
		expect(checkFlags(['--json', 'run', '--', 'make', '--', '-x'])).toEqual(['--json', 'run', '--', 'make', '--', '-x']);
	});

	test.each([
		[['--frob'], 'there is no flag --frob ('],
		[['--sess'], 'there is no flag --sess; did you mean --session?'],
		[['-json'], 'there is no flag -json; did you mean --json?'],
		[['-j'], 'there is no flag -j'],
		[['--0'], 'there is no flag --0'],
		[['--sweep'], 'there is no flag --sweep; did you mean --no-sweep?'],
		[['--no-json'], 'there is no flag --no-json'],
		[['--a\u{1B}[2J'], String.raw`there is no flag --a\x1b[2J`],
		[['--json', '--json'], '--json is given twice'],
		[['--to', 'a', '--to=b'], '--to is given twice'],
		[['--json=true'], '--json takes no value'],
		[['-0=x'], '-0 takes no value'],
		[['--label'], '--label needs a value: --label TEXT'],
	])('%j are refused', (argv, message) => {
		expect(() => checkFlags(argv)).toThrow(expect.objectContaining({exitCode: 2, message: expect.stringContaining(message) as string}));
	});

	it('belong to their commands; on another the message says where to', () => {
		expect(() => {
			checkPlaces(read('--dry-run'), 'ls');
		}).toThrow('--dry-run does not belong to sojourn ls; it goes with sojourn sweep, sojourn legacy');
		expect(() => {
			checkPlaces(read('--tree'), 'explorer');
		}).toThrow('--tree does not belong to the explorer; it goes with sojourn ls');
		expect(() => {
			checkPlaces(read('--no-sweep'), 'add');
		}).toThrow('it goes with sojourn without a command, sojourn start, sojourn run');
		const places: Record<string, string[]> = {
			session: ['explorer', 'path', 'add', 'run', 'ls', 'export', 'rm', 'legacy'], new: ['explorer', 'add', 'run'], 'no-sweep': ['explorer', 'start', 'run'], theme: ['explorer', 'demo'], mouse: ['explorer', 'demo'],
			all: ['explorer', 'sessions', 'sweep', 'ls', 'export', 'keep', 'unkeep', 'end', 'doctor', 'legacy'], 0: ['explorer', 'sessions', 'path', 'add', 'ls', 'export', 'rm'], 'print-path': ['explorer'], 'no-sizes': ['sessions'],
			label: ['start', 'legacy'], bulk: ['add'], batch: ['add'], name: ['add'], tree: ['ls'], zip: ['export'], level: ['export'], verify: ['export'], manifest: ['export'], to: ['export', 'legacy'], overwrite: ['export'], 'dry-run': ['sweep', 'legacy'], keep: ['demo'], hours: ['keep'], force: ['end'], yes: ['end', 'rm', 'legacy'],
		};
		for (const flag of flagTable) {
			const value = 'value' in flag ? ['x'] : [];
			const taken = commandTable.map(({name}) => name).filter(name => {
				try {
					checkPlaces(read(written(flag.name), ...value), name);
					return true;
				} catch {
					return false;
				}
			});
			expect([flag.name, ...taken]).toEqual([flag.name, ...commandTable.map(({name}) => name).filter(name => flag.on === 'all' || places[flag.name]!.includes(name))]);
		}
	});

	it('are all in the help, and each command\'s help has its own', () => {
		const help = helpText('explorer');
		for (const {name} of flagTable) {
			expect(help).toContain(`  ${written(name)} `);
		}

		for (const {usage, summary} of commandTable) {
			expect(help.replaceAll(/\s+/g, ' ')).toContain(`sojourn ${usage}`.trimEnd());
			expect(help.replaceAll(/\s+/g, ' ')).toContain(summary);
		}

		for (const {name} of commandTable) {
			expect(helpText(name).split('\n').filter(line => widthOf(line) > 80)).toEqual([]);
		}

		expect(helpText('ls')).toContain('--tree');
		expect(helpText('ls')).not.toContain('--dry-run');
	});
});
