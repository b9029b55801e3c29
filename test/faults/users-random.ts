import fs from 'node:fs';
import path from 'node:path';
import type {Random} from './random.js';
import {addSecret, changesSince, leaksIn, othersOf, placeOf, startSession, type Owned} from './users-sessions.js';
import type {Place, User} from './users-system.js';
import {blame, expect, type Tally} from './users-tally.js';

/** A timeout after which all is old. */
export const soon = ['--max-age-hours', '0.0000001'] as const;

type Step = {
	readonly words: readonly string[];
	/** What it does to the one session, if it succeeds. */
	readonly done?: () => void;
	/** Whether it should succeed. */
	readonly isAllowed?: boolean;
	readonly input?: string;
};

const stepFor = (user: User, sessions: Owned[], random: Random): Step => {
	const own = sessions.filter(({owner}) => owner.uid === user.uid);
	const session = random.pick(own);
	const {id} = session;
	const reference = random.pick([id, id.slice(0, 13), session.label]);
	const file = random.pick(session.files);
	const forget = (gone: readonly Owned[]): void => {
		for (const one of gone) {
			sessions.splice(sessions.indexOf(one), 1);
		}
	};

	const label = `label-${random.hex(12)}`;
	const theirs = sessions.find(one => one.owner.uid !== user.uid && one.secrets.includes(one.label) && own.every(mine => mine.label !== one.label));
	return random.weighted<() => Step>([
		[2, () => ({words: ['label', reference, label], done() {
			session.secrets.push(label);
			session.label = label;
		}})],
		[1, () => ({words: ['label', reference, theirs?.label ?? label], done() {
			session.label = theirs?.label ?? label;
			if (theirs === undefined) {
				session.secrets.push(label);
			} else {
				theirs.secrets.splice(theirs.secrets.indexOf(theirs.label), 1); // What others' own are called, too, is no secret.
			}
		}})],
		[2, () => ({words: ['keep', reference, ...(random.chance(0.5) ? ['--hours', '5'] : [])], done() {
			session.isKept = true;
		}})],
		[2, () => ({words: ['unkeep', reference], done() {
			session.isKept = false;
		}})],
		[2, () => ({words: ['end', reference, '--yes'], isAllowed: !session.isKept, done() {
			forget([session]);
		}})],
		[3, () => ({words: ['rm', '--yes', '--session', reference, file ?? 'single'], done() {
			session.files.splice(session.files.indexOf(file), file === undefined ? 0 : 1);
		}})],
		[1, () => ({words: ['sweep', ...soon], done() {
			forget(own.filter(({isKept}) => !isKept));
		}})],
		[2, () => ({words: ['sweep', ...random.pick([[], ['--dry-run'], ['--dry-run', ...soon], ['--json']])]})],
		[2, () => ({words: ['export', '--zip', '--session', reference]})],
		[1, () => ({words: ['export', '--session', reference, file ?? 'single']})],
		[2, () => ({words: ['ls', ...random.pick([[], ['--tree'], ['--json'], ['-0']]), '--session', reference]})],
		[2, () => ({words: ['sessions', ...random.pick([[], ['--json'], ['-0'], ['--no-sizes']])]})],
		[1, () => ({words: ['path', random.pick(['single', 'bulk']), '--session', reference]})],
		[1, () => ({words: ['doctor', ...random.pick([[], ['--json']])]})],
		[1, () => ({words: ['log', ...random.pick([[], ['--json']])]})],
		[1, () => ({words: ['--session', reference]})],
	])();
};

/** Random commands on one's own sessions, beside those of others. */
export const tryCommands = async (place: Place, random: Random, name: string, count: number, tally: Tally): Promise<void> => {
	const sessions: Owned[] = [];
	for (let number = 0; number < count; number++) {
		const user = random.pick(place.users);
		const before = othersOf(place, user, sessions);
		let told = '';
		let words: readonly string[] = ['start and add'];
		const own = sessions.filter(({owner}) => owner.uid === user.uid);
		const kind = own.length === 0 ? 'start' : random.weighted([[3, 'start'], [3, 'add'], [14, 'other']] as const);
		if (kind === 'start') {
			sessions.push(await startSession(user, random));
		} else if (kind === 'add') {
			await addSecret(random.pick(own), random);
		} else if (new Set(sessions.map(({owner}) => owner.uid)).size > 1) {
			const step = stepFor(user, sessions, random);
			words = step.words;
			const {code, stdout, stderr} = await user.run(words);
			told = stdout + stderr;
			expect(tally, code === ((step.isAllowed ?? true) ? 0 : 1), `${name}: ${words.join(' ')}, as ${user.name}, ended with ${code}: ${stderr}`);
			if (code === 0) {
				step.done?.();
			}
		} else {
			continue;
		}

		tally.runs++;
		tally.fired += before.size > 0 ? 1 : 0;
		const what = `${name}: ${words.join(' ')}, as ${user.name},`;
		const leaks = leaksIn(told, user, sessions);
		expect(tally, leaks.length === 0, `${what} prints ${leaks.join(' ')} of others: ${told}`, leaks.length);
		for (const id of changesSince(place, before)) {
			blame(tally, `${what} has changed the session ${id} of another`, 1);
		}

		// Its own are as the command has left them, too.
		const missing = sessions.flatMap(session => session.files.map(file => path.join(placeOf(place, session), file))).filter(file => !fs.existsSync(file));
		expect(tally, missing.length === 0, `${what} has lost ${missing.join(' ')}`, missing.length);
	}
};
