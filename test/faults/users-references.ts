import fs from 'node:fs';
import path from 'node:path';
import {randomId, type Random} from './random.js';
import {changesSince, leaksIn, othersOf, startSession, type Owned} from './users-sessions.js';
import type {Place, User} from './users-system.js';
import {blame, expect, type Tally} from './users-tally.js';

type Attempt = {
	readonly name: string;
	/** What is tried with a reference; the same for one that nothing has. */
	readonly words: (reference: string) => readonly string[];
	readonly env?: (reference: string) => Readonly<Record<string, string>>;
	/** Takes whole ids only. */
	readonly needsId?: true;
	/** The reference is what the user's own notes name as the current session. */
	readonly isRemembered?: true;
};

const attempts: readonly Attempt[] = [
	...[[], ['--tree'], ['--json'], ['-0']].map(more => ({name: `ls ${more.join(' ')}`, words: (reference: string) => ['ls', ...more, '--session', reference]})),
	{name: 'path', words: reference => ['path', '--session', reference]},
	{name: 'path single', words: reference => ['path', 'single', '--session', reference]},
	{name: 'add', words: reference => ['add', '-', '--name', 'x', '--session', reference]},
	{name: 'export', words: reference => ['export', '--session', reference]},
	{name: 'export --zip', words: reference => ['export', '--zip', '--to', '-', '--session', reference]},
	{name: 'rm', words: reference => ['rm', 'single', '--yes', '--session', reference]},
	{name: 'label', words: reference => ['label', reference, 'mine']},
	{name: 'keep', words: reference => ['keep', reference]},
	{name: 'keep --hours', words: reference => ['keep', reference, '--hours', '3', '--json']},
	{name: 'unkeep', words: reference => ['unkeep', reference]},
	{name: 'end', words: reference => ['end', reference, '--yes']},
	{name: 'end --force', words: reference => ['end', reference, '--yes', '--force', '--json']},
	{name: 'the explorer without a terminal', words: reference => ['--session', reference]},
	{name: 'SOJOURN_SESSION, ls', words: () => ['ls'], env: reference => ({SOJOURN_SESSION: reference})},
	{name: 'SOJOURN_SESSION, add', words: () => ['add', '-', '--name', 'x'], env: reference => ({SOJOURN_SESSION: reference})},
	{name: 'ls of a path beside one\'s own', words: reference => ['ls', `../${reference}/single`], needsId: true},
	{name: 'export of a path beside one\'s own', words: reference => ['export', `../${reference}/single`], needsId: true},
	{name: 'rm of a path beside one\'s own', words: reference => ['rm', '--yes', `../${reference}/single`], needsId: true},
	...[['ls'], ['path'], ['export', '--zip', '--to', '-'], ['rm', 'single', '--yes'], []].map(words => ({name: `${words.join(' ')} of the remembered session`, words: () => words, needsId: true, isRemembered: true} as const)),
];

/** A reference to a session, and one of the same shape to none. */
const references = ({id, label}: Owned, random: Random, needsId: boolean): readonly [string, string] => {
	const other = randomId(random);
	const length = 4 + random.below(30);
	return needsId
		? [id, other]
		: random.weighted<readonly [string, string]>([
			[2, [id, other]],
			[2, [id.slice(0, length), other.slice(0, length)]],
			[1, [id.toUpperCase(), other.toUpperCase()]],
			[2, [label, `label-${random.hex(12)}`]],
			[1, [label.slice(0, 9), `label-${random.hex(3)}`]],
		]);
};

/** Writes into the notes of a user which session is the current one. */
const remember = ({home, outputs}: User, id: string): void => {
	const folder = path.join(home, '.local/state/sojourn/current');
	for (const name of fs.readdirSync(folder)) {
		fs.writeFileSync(path.join(folder, name), `${JSON.stringify({outputs, session: id})}\n`); // It stays its owner's.
	}
};

/** Users, and root without `--all`, name what belongs to others: to them it is as if it were not there. */
export const tryReferences = async (place: Place, random: Random, name: string, count: number, tally: Tally): Promise<void> => {
	const sessions: Owned[] = [];
	for (const user of place.users) {
		sessions.push(await startSession(user, random), await startSession(user, random));
	}

	const tryOne = async (user: User): Promise<void> => {
		const theirs = random.pick(sessions.filter(({owner}) => owner.uid !== user.uid));
		const attempt = random.pick(attempts);
		const [reference, none] = references(theirs, random, attempt.needsId ?? false);
		if (sessions.some(({owner, id}) => owner.uid === user.uid && (id.startsWith(reference) || id.startsWith(none)))) {
			return;
		}

		const before = othersOf(place, user, sessions);
		const run = async (what: string): Promise<string> => {
			if (attempt.isRemembered) {
				remember(user, what);
			}

			const {code, signal, stdout, stderr} = await user.run(attempt.words(what), {env: attempt.env?.(what) ?? {}, input: 'added'});
			return JSON.stringify({code, signal, stdout, stderr}).replaceAll(what, '<reference>');
		};

		const [seen, expected] = [await run(reference), await run(none)];
		if (attempt.isRemembered) {
			remember(user, sessions.find(({owner}) => owner.uid === user.uid)!.id);
		}

		tally.runs++;
		tally.fired++;
		const what = `${name}: ${attempt.name}, as ${user.name}, of "${reference}"`;
		expect(tally, seen === expected, `${what}: ${seen}, but of what is not there: ${expected}`, 1);
		const leaks = leaksIn(seen, user, sessions);
		expect(tally, leaks.length === 0, `${what} prints ${leaks.join(' ')}: ${seen}`, 1);
		for (const id of changesSince(place, before)) {
			blame(tally, `${what} has changed ${id}`, 1);
		}
	};

	for (let number = 0; number < count; number++) {
		await tryOne(random.pick(place.users));
	}
};
