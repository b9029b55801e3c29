import fs from 'node:fs';
import path from 'node:path';
import {lookAt, shown} from './look.js';
import type {Random} from './random.js';
import type {Place, User} from './users-system.js';

/** A session, and what must not be seen of it by others. */
export type Owned = {
	readonly id: string;
	readonly owner: User;
	label: string;
	/** The outputs that its owner has added and not removed. */
	readonly files: string[];
	/** Names and contents that are in it or have been: nobody else may print them. */
	readonly secrets: string[];
	isKept: boolean;
};

/** Everything about a tree that can be told, change times included: nobody has touched it if this is the same. */
export const fingerprint = (folder: string): string => {
	if (!fs.existsSync(folder)) {
		return 'gone';
	}

	return [...lookAt(folder)].map(([name, seen]) => [shown(name), seen.type, seen.mode.toString(8), seen.uid, seen.gid, seen.modified, seen.changed, seen.content].join(' ')).join('\n');
};

/** Runs a command that prepares something, and must not fail. */
export const must = async (user: User, words: readonly string[], options: Parameters<User['run']>[1] = {}): Promise<string> => {
	const {code, stdout, stderr} = await user.run(words, options);
	if (code !== 0) {
		throw new Error(`sojourn ${words.join(' ')}, as ${user.name}, ended with ${code}: ${stderr}`);
	}

	return stdout;
};

/** Adds an output whose name and content nobody else knows. */
export const addSecret = async (session: Owned, random: Random): Promise<void> => {
	const [name, content] = [`name-${random.hex(12)}`, `content-${random.hex(12)}`];
	const isBulk = random.chance(0.3);
	await must(session.owner, ['add', '-', '--name', name, ...(isBulk ? ['--batch', `batch-${random.hex(12)}`] : []), '--session', session.id], {input: content});
	session.secrets.push(name, content);
	const listed = (await must(session.owner, ['ls', '--session', session.id])).split('\n').find(line => line.includes(name));
	session.files.push(listed!);
};

/** Starts a session of a user, with a label and an output. */
export const startSession = async (owner: User, random: Random): Promise<Owned> => {
	const label = `label-${random.hex(12)}`;
	const id = (await must(owner, ['start', '--label', label])).trim();
	const session: Owned = {id, owner, label, files: [], secrets: [label], isKept: false};
	await addSecret(session, random);
	return session;
};

/** What of others' sessions stands in a text. The ids stand for themselves, and for their beginning that messages show. */
export const leaksIn = (text: string, user: User, sessions: readonly Owned[]): string[] => sessions
	.filter(({owner}) => owner.uid !== user.uid)
	.flatMap(({id, secrets}) => [id.slice(0, 8), ...secrets])
	.filter(secret => text.includes(secret));

export const placeOf = ({outputs}: Pick<Place, 'outputs'>, {id}: Pick<Owned, 'id'>): string => path.join(outputs, id);

/** The sessions of others as they are now. */
export const othersOf = (place: Place, user: User, sessions: readonly Owned[]): ReadonlyMap<string, string> =>
	new Map(sessions.filter(({owner}) => owner.uid !== user.uid).map(session => [session.id, fingerprint(placeOf(place, session))]));

/** Whose sessions have been changed since. */
export const changesSince = (place: Place, before: ReadonlyMap<string, string>): string[] =>
	[...before].filter(([id, was]) => fingerprint(placeOf(place, {id})) !== was).map(([id]) => id);
