import fs from 'node:fs';
import path from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {describe, expect, it, onTestFinished, test} from 'vitest';
import type {Context, Opened} from '../../../source/commands/context.js';
import {createAdministration} from '../../../source/commands/explore/administer.js';
import {createStay} from '../../../source/commands/explore/stay.js';
import type {Flags} from '../../../source/commands/flags.js';
import {createContext} from '../../../source/commands/program.js';
import {sweepListed} from '../../../source/commands/sweep.js';
import {stayOf, topLayer, type Model} from '../../../source/explorer/model.js';
import {shownSessions, totalsOf} from '../../../source/explorer/sessions.js';
import type {OpenFile, Outputs} from '../../../source/outputs/outputs.js';
import {readSession} from '../../../source/outputs/read-session.js';
import {startSession} from '../../../source/outputs/sessions.js';
import {lockByFlock} from '../../helpers/flock.js';
import {execute, isRoot, modeOf, namesIn, plant, snapshot, stranger} from '../../helpers/folders.js';
import {openLive, sessionId, type Files, type Live} from '../../helpers/live.js';
import {idOf, markerText, plantSession, self} from '../../outputs/stores.js';

type Administered = Live & {
	/** The outputs directory. */
	readonly outputs: string;
	readonly context: Context;
	/** Another session, last used now. */
	readonly plantOther: (number: number, files?: Files, fields?: Readonly<Record<string, unknown>>) => string;
	/** Opens the screen, and waits until every session is counted. */
	readonly showAll: () => Promise<void>;
	readonly goTo: (id: string) => void;
	/** The next thing that is told after `keys`. */
	readonly notice: (...keys: readonly string[]) => Promise<string>;
};

/** The explorer over real folders, with the real administration and the real holds. */
const openAdministered = async (files: Files = {}, {flags = {}, uid = self, wrapOutputs = outputs => outputs}: {
	readonly flags?: Flags;
	/** Whom it takes itself for. */
	readonly uid?: number;
	readonly wrapOutputs?: (outputs: Outputs) => Outputs;
} = {}): Promise<Administered> => {
	let context: Context | undefined;
	const live = await openLive(files, {async wrap(given, model) {
		const {home} = given;
		const places = {data: `${home}/data`, config: `${home}/config`, state: `${home}/state`};
		fs.chmodSync(given.outputs.location, 0o755);
		context = {...await createContext({flags, words: [], signal: new AbortController().signal, places, environment: {HOME: home, SOJOURN_OUTPUTS: given.outputs.location}}), uid};
		const real = (await context.open({mayCreate: false}))!;
		const opened: Opened = {...real, outputs: wrapOutputs(real.outputs)};
		const stay = createStay(context, opened.outputs);
		onTestFinished(stay.release);
		return {
			...given,
			outputs: opened.outputs,
			async openSession(chosen) {
				const session = chosen === 'new' ? await startSession(opened.outputs, {now: Date.now(), uid}) : (await readSession(opened.outputs, chosen.id))!;
				const problem = await stay.enter(session);
				return {session: {id: session.id, isReadOnly: false, lastActiveAt: Date.now()}, isNew: chosen === 'new', problem};
			},
			async lookInto(chosen) {
				const problem = await stay.look(chosen);
				return {session: {id: chosen.id, isReadOnly: true, lastActiveAt: Date.now()}, problem};
			},
			leave: stay.leave,
			administration: createAdministration(context, opened),
			sweep: async signal => sweepListed(context!, opened, {isDryRun: false, exceptId: stayOf(model())?.id, signal}),
			touch: async at => stay.touch(stayOf(model()), at),
		};
	}});
	const outputs = path.dirname(live.session);
	return {
		...live,
		outputs,
		context: context!,
		plantOther(number, some = {}, fields = {}) {
			const at = new Date().toISOString();
			const place = plantSession(outputs, idOf(number), markerText(idOf(number), {createdAt: at, lastActiveAt: at, ...fields}));
			plant(place, some);
			return idOf(number);
		},
		async showAll() {
			live.press('s');
			await live.until(({sessions}) => sessions?.load.state === 'ready' && totalsOf(sessions).counted === sessions.rows.size);
		},
		goTo(id) {
			live.press('g', 'g');
			const {sessions, now} = live.model();
			live.press(...shownSessions(sessions!, now).slice(0, shownSessions(sessions!, now).findIndex(row => row.session.id === id)).map(() => 'j'));
			expect(live.model().sessions?.cursor.id).toBe(id);
		},
		async notice(...keys) {
			const before = live.messages.length;
			live.press(...keys);
			await live.until(({notice}) => notice !== undefined && live.messages.slice(before).some(({type}) => type.startsWith('session-') || type === 'sweep-finished'));
			return live.model().notice!.text;
		},
	};
};

const markerOf = ({outputs}: Administered, id: string): Record<string, unknown> => JSON.parse(fs.readFileSync(`${outputs}/${id}/.session.json`, 'utf8')) as Record<string, unknown>;

/** Lets everything happen that is ready to happen. */
const turns = async (): Promise<void> => {
	for (let turn = 0; turn < 10; turn++) {
		await setImmediate();
	}
};

/** Whether the dialog that is open knows what goes. */
const isCounted = (model: Model): boolean => {
	const top = topLayer(model);
	return top?.type === 'end' && top.totals.state === 'ready';
};

const typed = (text: string): string[] => Array.from(text, character => character === ' ' ? 'space' : character);

describe('the list of sessions', () => {
	it('comes in parts, is counted in the background, and has the room on the disk', async () => {
		const live = await openAdministered({'single/mine.txt': '12345'});
		for (let number = 1; number <= 100; number++) {
			live.plantOther(number, {'bulk/b/a.txt': '1', 'single/b.txt': '22'});
		}

		fs.mkdirSync(`${live.outputs}/no session`);
		await live.showAll();
		const {sessions} = live.model();
		expect(sessions?.rows.size).toBe(101);
		expect(totalsOf(sessions!)).toEqual({files: 201, bytes: 305, counted: 101});
		expect(sessions?.space?.free).toBeGreaterThan(0);
		expect(sessions?.rows.get(idOf(7))).toMatchObject({isOwn: true, found: {files: 2, bytes: 3}});
		const parts = live.messages.filter(message => message.type === 'sessions-listed');
		expect(parts.length).toBeGreaterThan(1);
		expect(parts[0]!.rows.length).toBeLessThan(101);
		// The list is there before anything is counted.
		const types = live.messages.map(message => message.type === 'sessions-listed' && message.ids !== undefined ? 'complete' : message.type);
		expect(types.indexOf('complete')).toBeLessThan(types.indexOf('sessions-found'));
	});

	it('what is counted is told, although a large session beside it takes its time', async () => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const large = idOf(3);
		const live = await openAdministered({}, {wrapOutputs: outputs => ({
			...outputs,
			async * walk(place, options) {
				if (place === large) {
					await promise;
				}

				yield * outputs.walk(place, options);
			},
		})});
		for (let number = 1; number <= 5; number++) {
			live.plantOther(number, {'single/a.txt': '1'});
		}

		live.press('s');
		await live.until(({sessions}) => [...sessions?.rows.values() ?? []].filter(({found}) => found !== undefined).length === 5);
		expect(live.model().sessions?.rows.get(large)).not.toHaveProperty('found');
		resolve();
		await live.until(({sessions}) => sessions?.rows.get(large)?.found !== undefined);
	});

	it('ends when its screen is closed, and a reload reads what is there now', async () => {
		const {promise, resolve} = Promise.withResolvers<void>();
		let [walked, done] = [0, 0];
		const live = await openAdministered({}, {wrapOutputs: outputs => ({
			...outputs,
			async * walk(place, options) {
				// The folders of the tree may still be measured.
				if (place.includes('/')) {
					yield * outputs.walk(place, options);
					return;
				}

				walked++;
				await promise;
				try {
					yield * outputs.walk(place, options);
				} finally {
					done++;
				}
			},
		})});
		for (let number = 1; number <= 50; number++) {
			live.plantOther(number);
		}

		live.press('s');
		await live.until(({sessions}) => sessions?.load.state === 'ready');
		await expect.poll(() => walked).toBe(3);
		live.press('q');
		resolve();
		await expect.poll(() => done).toBe(3);
		await turns();
		expect(walked).toBe(3);
		fs.rmSync(`${live.outputs}/${idOf(50)}`, {recursive: true});
		live.plantOther(51);
		await live.showAll();
		expect(live.model().sessions?.rows.has(idOf(50))).toBe(false);
		expect(live.model().sessions?.rows.has(idOf(51))).toBe(true);
		expect(walked).toBe(3 + 51);
	});

	it('tells held, kept, broken and foreign ones apart', async () => {
		const live = await openAdministered();
		live.plantOther(1, {}, {keepUntil: 'forever'});
		plant(`${live.outputs}/${live.plantOther(2)}`, {stranger: ''});
		live.plantOther(3);
		await lockByFlock(`${live.outputs}/${idOf(3)}/.`);
		await live.showAll();
		const {rows} = live.model().sessions!;
		expect(rows.get(idOf(1))).toMatchObject({isHeld: false, session: {keep: {until: 'forever', isByAdministrator: false}}});
		expect(rows.get(idOf(2))?.session.problem).toBe('stranger does not belong at the top of a session');
		expect(rows.get(idOf(3))?.isHeld).toBe(true);
	});

	it('that cannot be read says so', async () => {
		const live = await openAdministered({}, {wrapOutputs: outputs => ({
			...outputs,
			async * list(place, options) {
				if (place === '') {
					throw Object.assign(new Error('x'), {code: 'EIO'});
				}

				yield * outputs.list(place, options);
			},
		})});
		live.press('s');
		const {problem} = await live.told('sessions-failed');
		expect(problem).toMatch(/^the sessions cannot be listed: /v);
	});
});

describe('ending a session', () => {
	it('removes it, with what was told, logs that, and takes it off the list', async () => {
		const live = await openAdministered();
		const id = live.plantOther(1, {'single/a.txt': '12345', 'bulk/b/c.txt': '1'}, {label: 'doomed'});
		await live.showAll();
		live.goTo(id);
		expect(await live.notice('d', 'y')).toBe('doomed was removed: 2 files, 6 B');
		expect(fs.existsSync(`${live.outputs}/${id}`)).toBe(false);
		expect(live.model().sessions?.rows.has(id)).toBe(false);
		expect(await live.context.readLog()).toMatchObject([{event: 'ended', id, files: 2, bytes: 6, outputs: live.outputs}]);
		expect(namesIn(live.outputs).filter(name => !name.startsWith('.'))).toEqual([sessionId]);
	});

	it('one that is held is refused, with the reason, and stays as it is', async () => {
		const live = await openAdministered();
		const id = live.plantOther(1, {'single/a.txt': '12345'});
		await live.showAll();
		await lockByFlock(`${live.outputs}/${id}/.`);
		const before = snapshot(`${live.outputs}/${id}`);
		live.goTo(id);
		expect(await live.notice('d', 'y')).toBe('00000001 was not removed: held: a program has locked it, such as an explorer in which it is open; "sojourn end --force" removes it all the same');
		expect(snapshot(`${live.outputs}/${id}`)).toEqual(before);
		expect(live.model().sessions?.rows.has(id)).toBe(true);
		expect(await live.context.readLog()).toEqual([]);
	});

	it('one that is kept while the question stands is not removed; one that one knew to be kept is', async () => {
		const live = await openAdministered();
		const id = live.plantOther(1, {}, {label: 'safe'});
		await live.showAll();
		live.goTo(id);
		live.press('d');
		fs.writeFileSync(`${live.outputs}/${id}/.session.json`, markerText(id, {label: 'safe', keepUntil: 'forever'}));
		expect(await live.notice('y')).toBe('safe was not removed: it is kept for good');
		expect(fs.existsSync(`${live.outputs}/${id}`)).toBe(true);
		live.press('R');
		await live.until(({sessions}) => sessions?.load.state === 'ready' && sessions.rows.get(id)?.session.keep !== undefined);
		live.press('d', ...'yes');
		await live.until(isCounted);
		expect(await live.notice('return')).toMatch(/^safe was removed: /v);
		expect(fs.existsSync(`${live.outputs}/${id}`)).toBe(false);
	});

	it('one that is gone already says so', async () => {
		const live = await openAdministered();
		const id = live.plantOther(1);
		await live.showAll();
		live.goTo(id);
		live.press('d');
		fs.rmSync(`${live.outputs}/${id}`, {recursive: true});
		expect(await live.notice('y')).toBe('00000001 was not removed: it is gone: it was removed meanwhile');
	});

	it('is not cut short by the end of the program', async () => {
		const live = await openAdministered();
		const ids = [1, 2, 3].map(number => live.plantOther(number, {'single/a.txt': '1'}));
		await live.showAll();
		for (const id of ids) {
			live.goTo(id);
			live.press('d', 'y');
		}

		await live.stop();
		expect(namesIn(live.outputs).filter(name => !name.startsWith('.'))).toEqual([sessionId]);
		expect(await live.context.readLog()).toHaveLength(3);
	});
});

describe('keeping and labelling', () => {
	it('one\'s own is written into its marker, and nowhere else', async () => {
		const live = await openAdministered();
		const id = live.plantOther(1, {'single/a.txt': '1'}, {label: 'mine'});
		await live.showAll();
		live.goTo(id);
		const before = Date.now();
		expect(await live.notice('m', '7', '2', 'return')).toMatch(/^mine is kept until \d{4}-/v);
		const until = Date.parse(String(markerOf(live, id)['keepUntil']));
		expect(Math.abs(until - before - (72 * 3_600_000))).toBeLessThan(60_000);
		expect(live.model().sessions?.rows.get(id)?.session.keep).toEqual({until, isByAdministrator: false});
		expect(await live.notice('m')).toBe('mine is not kept any more: it expires as any other');
		expect(markerOf(live, id)).not.toHaveProperty('keepUntil');
		expect(await live.notice('m', 'return')).toBe('mine is kept for good');
		expect(markerOf(live, id)).toMatchObject({keepUntil: 'forever', label: 'mine'});
		expect(await live.notice('r', 'ctrl+u', ...typed('été 2'), 'return')).toBe('mine is now called été 2');
		expect(markerOf(live, id)).toMatchObject({keepUntil: 'forever', label: 'été 2'});
		expect(namesIn(live.outputs).filter(name => name.startsWith('.'))).toEqual([]);
		expect(modeOf(`${live.outputs}/${id}/.session.json`)).toBe('0600');
	});

	it('a label that another session has, or a broken session, is refused with the reason', async () => {
		const live = await openAdministered();
		live.plantOther(1, {}, {label: 'taken'});
		const id = live.plantOther(2, {}, {label: 'mine'});
		await live.showAll();
		live.goTo(id);
		expect(await live.notice('r', 'ctrl+u', ...'taken', 'return')).toMatch(/^the label "taken" is taken by the session 00000001/v);
		expect(markerOf(live, id)).toMatchObject({label: 'mine'});
		plant(`${live.outputs}/${id}`, {stranger: ''});
		expect(await live.notice('r', 'ctrl+u', ...'other', 'return')).toBe('the session 00000002 is broken and left as it is: stranger does not belong at the top of a session');
	});

	test.skipIf(!isRoot)('somebody else\'s is kept beside it by root: nothing in it is written, also when that is lifted', async () => {
		const live = await openAdministered({}, {flags: {all: true}});
		const id = live.plantOther(1, {'single/a.txt': '1'}, {label: 'hers'});
		await execute('chown', ['-R', `${stranger}:${stranger}`, `${live.outputs}/${id}`]);
		const before = snapshot(`${live.outputs}/${id}`);
		await live.showAll();
		live.goTo(id);
		expect(await live.notice('m', '1', '.', '5', 'return')).toMatch(/^hers is kept until /v);
		const keep = `${live.outputs}/.sojourn-0/keep/${id}`;
		expect(JSON.parse(fs.readFileSync(keep, 'utf8'))).toMatchObject({keepUntil: expect.stringMatching(/^\d{4}/v) as string});
		expect([modeOf(path.dirname(keep)), modeOf(keep)]).toEqual(['0711', '0644']);
		expect(live.model().sessions?.rows.get(id)?.session.keep?.isByAdministrator).toBe(true);
		expect(await live.notice('m')).toBe('hers is not kept any more: it expires as any other');
		expect(fs.existsSync(keep)).toBe(false);
		expect(await live.notice('m', 'return')).toBe('hers is kept for good');
		live.press('r');
		expect(live.model().notice?.text).toBe('hers belongs to 12345, who alone can label it');
		expect(snapshot(`${live.outputs}/${id}`)).toEqual(before);
		// Ended by a word that is typed, and the keep goes with it.
		live.press('d', 'y', 'return');
		expect(fs.existsSync(`${live.outputs}/${id}`)).toBe(true);
		expect(await live.notice('e', 's', 'return')).toBe('hers was removed: 1 file, 1 B');
		expect([fs.existsSync(`${live.outputs}/${id}`), fs.existsSync(keep)]).toEqual([false, false]);
	});

	test.skipIf(!isRoot)('what the administrator keeps, a user cannot lift or end', async () => {
		const live = await openAdministered({}, {uid: stranger});
		const id = live.plantOther(1, {'single/a.txt': '1'}, {label: 'mine'});
		await execute('chown', ['-R', `${stranger}:${stranger}`, `${live.outputs}/${id}`]);
		plant(live.outputs, {[`.sojourn-0/keep/${id}`]: '{"version":1,"keepUntil":"forever"}\n'});
		await execute('chmod', ['-R', 'u=rwX,go=X', `${live.outputs}/.sojourn-0`]);
		await live.showAll();
		live.goTo(id);
		expect(await live.notice('m')).toBe('mine is still kept by the administrator for good');
		live.press('d', ...'yes');
		await live.until(isCounted);
		expect(await live.notice('return')).toBe('mine was not removed: it is kept by the administrator for good');
		expect(fs.existsSync(`${live.outputs}/${id}/single/a.txt`)).toBe(true);
	});

	test.skipIf(!isRoot)('a user keeps nobody else\'s', async () => {
		const live = await openAdministered({}, {uid: stranger, flags: {all: true}});
		const id = live.plantOther(1, {'single/a.txt': '1'}, {label: 'root\'s'});
		const before = snapshot(live.outputs);
		await live.showAll();
		live.goTo(id);
		expect(await live.notice('m', 'return')).toBe('only root can keep this session, or lift that');
		expect(snapshot(live.outputs)).toEqual(before);
	});
});

describe('sweeping from the list', () => {
	it('tries without changing anything, then removes what it said', async () => {
		const live = await openAdministered({}, {flags: {maxAgeHours: '0.0000001'}});
		const ids = [live.plantOther(1, {'single/a.txt': '1'}), live.plantOther(2)];
		live.plantOther(3, {}, {keepUntil: 'forever'});
		await live.showAll();
		const before = snapshot(live.outputs);
		live.press('S');
		const {report} = await live.told('sweep-tried');
		if (report.state !== 'ready') {
			throw new Error(`The report is ${report.state}.`);
		}

		expect(report.value.removed.map(({id}) => id)).toEqual(expect.arrayContaining(ids));
		expect(report.value.kept.map(({id}) => id)).toEqual([idOf(3)]);
		expect(snapshot(live.outputs)).toEqual(before);
		expect(await live.context.readLog()).toEqual([]);
		live.press('y');
		await live.told('sweep-finished');
		await live.until(({sessions}) => sessions?.load.state === 'ready' && sessions.rows.size === 2);
		// What is open is not swept.
		expect(namesIn(live.outputs).filter(name => !name.startsWith('.'))).toEqual([sessionId, idOf(3)].sort());
	});
});

describe('going to another session', () => {
	/** Files that are read up to their second part until the gate opens. */
	const slowly = (gate: Promise<void>) => (outputs: Outputs): Outputs => ({
		...outputs,
		async open(location): Promise<OpenFile> {
			const {handle: _, ...file} = await outputs.open(location);
			return {...file, async read(buffer, position) {
				if (position > 0) {
					await gate;
				}

				return file.read(buffer, position);
			}};
		},
	});

	it('leaves an export at work: its session stays held until it is done, and its files are right', async () => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const content = Uint8Array.from({length: 8_000_000}, (_, index) => index % 251);
		const live = await openAdministered({'single/a.bin': content}, {wrapOutputs: slowly(promise), flags: {maxAgeHours: '0.0000001'}});
		const other = live.plantOther(1, {'single/a.bin': 'of the other'});
		await live.until(({tree}) => tree.folders.get('single')?.state === 'ready');
		live.press('j', 'x', 'return');
		await live.until(({tasks}) => (tasks[0]?.bytes ?? 0) > 0);
		await live.showAll();
		live.goTo(other);
		live.press('return');
		await live.until(({session, layers}) => session?.id === other && layers.length === 0);
		// The one that is exported is open no more; the export alone holds it.
		await live.showAll();
		live.goTo(sessionId);
		expect(live.model().sessions?.rows.get(sessionId)?.isHeld).toBe(true);
		expect(await live.notice('d', 'y')).toMatch(/was not removed: held: /v);
		resolve();
		await live.told('export-finished');
		expect(fs.readFileSync(path.join(live.home, 'a.bin')).equals(content)).toBe(true);
		expect(namesIn(live.home).filter(name => name.startsWith('a'))).toEqual(['a.bin']);
		await expect.poll(async () => {
			live.press('R');
			await live.until(({sessions}) => sessions?.load.state === 'ready');
			return live.model().sessions?.rows.get(sessionId)?.isHeld;
		}).toBe(false);
	});

	it('an export that was asked for before is of the session before', async () => {
		const live = await openAdministered({'single/a.txt': 'mine'});
		const other = live.plantOther(1, {'single/a.txt': 'of the other'}, {label: 'other'});
		await live.until(({tree}) => tree.folders.get('single')?.state === 'ready');
		live.press('j', 'x');
		live.run({type: 'open-session', session: {id: other, uid: self}});
		await live.until(({session}) => session?.id === other);
		live.press('return');
		await live.told('export-finished');
		expect(fs.readFileSync(path.join(live.home, 'a.txt'), 'utf8')).toBe('mine');
	});

	test.each(['look', 'open'] as const)('no facts and no preview of the one before come to lie in it (%s)', async way => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const asked: string[] = [];
		const answered: string[] = [];
		const late = async <T>(place: string, found: Promise<T>): Promise<T> => {
			const value = await found;
			asked.push(place);
			if (place.startsWith(sessionId)) {
				await promise;
			}

			answered.push(place);
			return value;
		};

		const live = await openAdministered({'single/a.txt': 'text of mine'}, {wrapOutputs: outputs => ({
			...outputs,
			statEntries: async (place, names, options) => late(place, outputs.statEntries(place, names, options)),
			open: async place => late(place, outputs.open(place)),
		})});
		const other = live.plantOther(1, {'single/a.txt': 'of the other, longer'}, {label: 'other'});
		await live.until(({tree}) => tree.folders.get('single')?.state === 'ready');
		live.press('j');
		const own = [`${sessionId}/single`, `${sessionId}/single/a.txt`];
		await expect.poll(() => asked).toEqual(expect.arrayContaining(own));
		if (way === 'look') {
			await live.showAll();
			live.goTo(other);
			live.press('i');
		} else {
			live.run({type: 'open-session', session: {id: other, uid: self}});
		}

		await live.until(({session, tree}) => session?.id === other && tree.folders.get('single')?.state === 'ready');
		live.press('j');
		await live.until(({preview, facts}) => preview.load.state === 'ready' && facts.has('single/a.txt'));
		const before = live.model();
		resolve();
		await expect.poll(() => answered).toEqual(expect.arrayContaining(own));
		await turns();
		expect(live.model().facts).toBe(before.facts);
		expect(live.model().preview).toBe(before.preview);
		expect(before.facts.get('single/a.txt')?.bytes).toBe('of the other, longer'.length);
		expect(before.preview.load).toMatchObject({value: {kind: 'lines', lines: ['of the other, longer']}});
	});

	it('looking writes nothing, holds meanwhile, and lets go when one leaves', async () => {
		const live = await openAdministered();
		const other = live.plantOther(1, {'single/a.txt': 'text'}, {label: 'other'});
		await live.showAll();
		const before = snapshot(`${live.outputs}/${other}`);
		live.goTo(other);
		live.press('i');
		await live.until(({session}) => session?.id === other);
		live.run({type: 'touch', at: Date.now()});
		await live.told('touched');
		await expect(lockByFlock(`${live.outputs}/${other}/.`)).resolves.toBeDefined();
		const {stdout} = await execute('flock', ['-n', '-x', `${live.outputs}/${other}/.`, 'echo', 'free']).catch(() => ({stdout: 'held'}));
		expect(stdout).toBe('held');
		expect(snapshot(`${live.outputs}/${other}`)).toEqual(before);
		live.press('q');
	});

	it('lets go of what was looked into', async () => {
		const live = await openAdministered();
		const other = live.plantOther(1, {'single/a.txt': 'text'}, {label: 'other'});
		await live.showAll();
		live.goTo(other);
		live.press('i');
		await live.until(({session}) => session?.id === other);
		const isFree = async (): Promise<boolean> => execute('flock', ['-n', '-x', `${live.outputs}/${other}/.`, 'true']).then(() => true, () => false);
		expect(await isFree()).toBe(false);
		live.press('q');
		await expect.poll(isFree).toBe(true);
	});

	it('that cannot be entered leaves the one before held, and says why', async () => {
		let isBroken = false;
		const live = await openAdministered({}, {wrapOutputs: outputs => ({
			...outputs,
			async writeMarker(marker, options) {
				if (isBroken) {
					throw Object.assign(new Error('full'), {code: 'ENOSPC'});
				}

				return outputs.writeMarker(marker, options);
			},
		})});
		const first = live.plantOther(1);
		const second = live.plantOther(2);
		await live.showAll();
		live.goTo(first);
		live.press('return');
		await live.until(({session}) => session?.id === first);
		isBroken = true;
		await live.showAll();
		live.goTo(second);
		live.press('return');
		expect((await live.told('session-refused')).problem).toMatch(/no space is left on the disk/v);
		const isFree = async (id: string): Promise<boolean> => execute('flock', ['-n', '-x', `${live.outputs}/${id}/.`, 'true']).then(() => true, () => false);
		expect(live.model().session?.id).toBe(first);
		expect(await isFree(first)).toBe(false);
		expect(await isFree(second)).toBe(true);
	});
});
