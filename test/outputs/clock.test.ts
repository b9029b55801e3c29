import fs from 'node:fs';
import {describe, expect, it, test} from 'vitest';
import {openOutputsDirectory} from '../../source/outputs/local/directory.js';
import type {Clock} from '../../source/outputs/local/clock-record.js';
import {localSweeper} from '../../source/outputs/local/sweeper.js';
import {sweep, type SweepReport} from '../../source/outputs/sweep.js';
import {modeOf, namesIn, plant, snapshot} from '../helpers/folders.js';
import {hour, idOf, markerText, openStore, plantSession, self, type Store} from './stores.js';

const minute = 60_000;
const day = 24 * hour;
const control = `.sojourn-${self}`;

/** A machine whose clock and power somebody plays with. It starts now, up for 10 days. */
class Machine {
	wall = Date.now();
	private uptime = 10 * day;
	private boot = 1;

	constructor(readonly store: Store, readonly host = '0'.repeat(16)) {}

	/** Time passes, awake or asleep. */
	pass(time: number): this {
		this.wall += time;
		this.uptime += time;
		return this;
	}

	/** Somebody sets the clock. */
	set(wall: number): this {
		this.wall = wall;
		return this;
	}

	/** It is off for a time. */
	restart(off = 0): this {
		this.wall += off;
		this.uptime = 0;
		this.boot++;
		return this;
	}

	async sweep(options: {readonly isDryRun?: boolean} = {}): Promise<SweepReport> {
		const {outputs, directory} = this.store;
		const opened = (await openOutputsDirectory(directory, {uid: self, home: '/nonexistent'}, {isNamed: true, mayCreate: false}))!;
		try {
			const clock: Clock = {host: this.host, look: wall => ({boot: `boot ${this.boot} of ${this.host}`, wall, uptime: this.uptime})};
			return await sweep(outputs, localSweeper(opened, self, {clock}), {viewer: {uid: self}, policy: {maxAgeHours: 24, now: this.wall}, ...options});
		} finally {
			await opened.root.close();
		}
	}
}

/** A machine that has swept once in a directory with a session, which is an hour short of its timeout. */
const openMachine = async (): Promise<Machine> => {
	const store = await openStore();
	plantSession(store.directory, idOf(1), markerText(idOf(1)));
	const machine = new Machine(store);
	expect(await machine.sweep()).toMatchObject({removed: [], kept: [{id: idOf(1)}]});
	return machine.pass(23 * hour);
};

const isThere = ({store}: Machine): boolean => fs.existsSync(`${store.directory}/${idOf(1)}`);

const recordOf = ({store, host}: Machine): string => `${store.directory}/${control}/clock/${host}`;

const doubted = (reason: string): Partial<SweepReport> => ({
	skipped: 'clock', detail: expect.stringContaining(reason) as string, removed: [], kept: [], failed: [],
});

const gone = {removed: [{id: idOf(1)}], failed: []};

/** That the clock is believed after an hour, and not before. */
const expectProbation = async (machine: Machine, reason: string): Promise<void> => {
	expect(await machine.sweep()).toMatchObject(doubted(reason));
	expect(await machine.pass(59 * minute).sweep()).toMatchObject(doubted(reason));
	expect(isThere(machine)).toBe(true);
	const report = await machine.pass(minute).sweep();
	expect(report).toMatchObject(gone);
	expect(report).not.toHaveProperty('skipped');
};

describe('a machine', () => {
	it('that slept for a week sweeps when it wakes', async () => {
		const machine = await openMachine();
		expect(await machine.pass(7 * day).sweep()).toMatchObject(gone);
	});

	it('that was off for four weeks sweeps when it starts; after five the clock has to run true for an hour', async () => {
		expect(await (await openMachine()).restart(28 * day).sweep()).toMatchObject(gone);
		await expectProbation((await openMachine()).restart(35 * day), 'later than before this machine was started anew');
	});

	it('whose clock is set forward removes nothing until it has run true for an hour', async () => {
		const machine = await openMachine();
		await expectProbation(machine.set(machine.wall + day), 'the clock was set forward by 24h 0m');
	});

	it('whose clock was wrong for a while removes nothing but what is old when it is right again', async () => {
		const machine = await openMachine();
		const right = machine.wall;
		expect(await machine.set(right + (1000 * day)).sweep()).toMatchObject(doubted('set forward'));
		expect(await machine.set(right).sweep()).toMatchObject(doubted('set forward'));
		// An hour short of the timeout it was; then it counts as ever.
		expect(await machine.pass(hour + (30 * minute)).sweep()).toMatchObject(gone);
	});

	it('that first starts in 1970 keeps what looks as if it came from the future, and what is old when the clock is set, for an hour', async () => {
		const store = await openStore();
		plantSession(store.directory, idOf(1), markerText(idOf(1)));
		const machine = new Machine(store);
		const right = machine.wall + (48 * hour);
		expect(await machine.set(20_000).sweep()).toMatchObject({removed: [], kept: [{id: idOf(1), reason: expect.stringContaining('in the future') as string}]});
		await expectProbation(machine.set(right), 'the clock was set forward');
	});

	it('whose battery is empty is doubted at each start, and an hour after the clock is right it is not', async () => {
		const machine = await openMachine();
		const right = machine.wall + (3 * day);
		expect(await machine.restart().set(0).sweep()).toMatchObject(doubted('went back'));
		expect(await machine.restart().set(0).sweep()).toMatchObject(doubted('went back'));
		await expectProbation(machine.restart().set(right), 'went back');
	});

	it('that is started again and again within the hour removes nothing all the while', async () => {
		const machine = await openMachine();
		machine.set(machine.wall + (10 * day));
		expect(await machine.sweep()).toMatchObject(doubted('set forward'));
		for (let start = 0; start < 5; start++) {
			expect(await machine.pass(50 * minute).restart(minute).sweep()).toMatchObject(doubted('set forward'));
		}

		expect(await machine.pass(hour).sweep()).toMatchObject(gone);
	});

	it('on whose clock a time server works sweeps', async () => {
		const machine = await openMachine();
		for (const correction of [-4, 3, -2, 4]) {
			expect(await machine.pass(minute).set(machine.wall + (correction * minute)).sweep()).not.toHaveProperty('skipped');
		}

		expect(await machine.pass(day).sweep()).toMatchObject(gone);
	});
});

describe('what lies in the trash while the clock is in doubt', () => {
	it('is put back if it was not confirmed, however old it looks; what was confirmed goes', async () => {
		const machine = await openMachine();
		const {directory} = machine.store;
		const trash = `${directory}/${control}/trash`;
		plant(trash, {[`purge.${'b'.repeat(24)}/single/a.txt`]: 'a'});
		fs.chmodSync(trash, 0o700);
		fs.renameSync(`${directory}/${idOf(1)}`, `${trash}/${idOf(1)}.${'a'.repeat(24)}`);
		plantSession(directory, idOf(2), markerText(idOf(2)));
		expect(await machine.set(machine.wall + (100 * day)).sweep()).toMatchObject({skipped: 'clock', removed: [], recovered: [{id: idOf(1)}], failed: []});
		expect(isThere(machine)).toBe(true);
		expect(namesIn(trash)).toEqual([]);
	});
});

describe('several hosts with one directory', () => {
	const another = 'f'.repeat(16);

	it('each have a clock of their own, and one in doubt does not stop the other', async () => {
		const first = await openMachine();
		const second = new Machine(first.store, another);
		second.set(first.wall);
		expect(await second.sweep()).not.toHaveProperty('skipped');
		expect(await first.set(first.wall + (10 * day)).sweep()).toMatchObject(doubted('set forward'));
		expect(namesIn(`${first.store.directory}/${control}/clock`)).toEqual([first.host, another]);
		expect(await second.pass(2 * hour).sweep()).toMatchObject(gone);
	});

	it('a new one compares its clock with what the others have seen last', async () => {
		const first = await openMachine();
		await first.sweep();
		const behind = new Machine(first.store, another).set(first.wall - day);
		expect(await behind.sweep()).toMatchObject(doubted('went back'));
		const ahead = new Machine(first.store, 'e'.repeat(16)).set(first.wall + (60 * day));
		expect(await ahead.sweep()).toMatchObject(doubted('later than before'));
		const right = new Machine((await openMachine()).store, another);
		expect(await right.pass(27 * hour).sweep()).toMatchObject(gone);
	});

	it('a new one does not believe what another doubts: each container may have a name of its own, and all have one clock', async () => {
		const first = await openMachine();
		first.set(first.wall + (60 * day));
		expect(await first.sweep()).toMatchObject(doubted('set forward'));
		const second = new Machine(first.store, another).set(first.wall + minute);
		expect(await second.sweep()).toMatchObject({skipped: 'clock', removed: []});
		expect(isThere(first)).toBe(true);
	});
});

describe('what is remembered', () => {
	it('is for its owner only, and nothing of it stands where there is nothing to sweep', async () => {
		const store = await openStore();
		const machine = new Machine(store);
		expect(await machine.sweep()).toMatchObject({removed: [], failed: []});
		expect(namesIn(store.directory)).toEqual([]);
		const used = await openMachine();
		expect([modeOf(`${used.store.directory}/${control}/clock`), modeOf(recordOf(used))]).toEqual(['0700', '0600']);
	});

	test.each<[string, (record: string) => void]>([
		['is no JSON', record => {
			fs.writeFileSync(record, '{"boot":');
		}],
		['is empty, as after a full disk', record => {
			fs.writeFileSync(record, '');
		}],
		['is larger than any record', record => {
			fs.writeFileSync(record, `${fs.readFileSync(record, 'utf8')}${' '.repeat(5000)}`);
		}],
		['is a link', record => {
			fs.renameSync(record, `${record}.away`);
			fs.symlinkSync(`${record}.away`, record);
		}],
	])('and %s lets nothing be removed for an hour', async (_, spoil) => {
		const machine = await openMachine();
		spoil(recordOf(machine));
		await expectProbation(machine.pass(2 * hour), 'what was remembered of the clock cannot be read');
		expect(fs.lstatSync(recordOf(machine)).isFile()).toBe(true);
	});

	it('of which the place is taken by something else lets nothing be removed, and is told with its place', async () => {
		const machine = await openMachine();
		const folder = `${machine.store.directory}/${control}/clock`;
		fs.rmSync(folder, {recursive: true});
		fs.writeFileSync(folder, '');
		await expect(machine.pass(2 * hour).sweep()).rejects.toThrow(`"clock" in the control directory of uid ${self} is no directory of mode 0700 that belongs to that user: remove it`);
		expect(isThere(machine)).toBe(true);
	});

	it('may be a folder, which is told as what it is and where', async () => {
		const machine = await openMachine();
		fs.rmSync(recordOf(machine));
		fs.mkdirSync(recordOf(machine));
		expect(await machine.pass(2 * hour).sweep()).toMatchObject({skipped: 'clock', removed: [], warnings: [`this look at the clock cannot be remembered in ${control}/clock/${machine.host}: it is a folder`]});
		expect(isThere(machine)).toBe(true);
		expect(namesIn(`${machine.store.directory}/${control}/clock`)).toEqual([machine.host]);
	});
});

test('a dry run says what would be removed and that the clock is in doubt, and remembers nothing', async () => {
	const machine = await openMachine();
	machine.set(machine.wall + (60 * day));
	const before = snapshot(machine.store.directory);
	expect(await machine.sweep({isDryRun: true})).toMatchObject({skipped: 'clock', detail: expect.stringContaining('set forward') as string, removed: [{id: idOf(1)}]});
	expect(snapshot(machine.store.directory)).toEqual(before);
	// The doubt has begun with no dry run.
	machine.pass(2 * hour);
	expect(await machine.sweep()).toMatchObject(doubted('set forward'));
});
