import fs from 'node:fs';
import path from 'node:path';
import type {Random} from './random.js';
import {soon} from './users-random.js';
import {fingerprint, must, placeOf, startSession, type Owned} from './users-sessions.js';
import type {Place} from './users-system.js';
import {blame, expect, type Tally} from './users-tally.js';

/** Everything in the outputs directory but what a command may change. */
const rest = ({outputs}: Place, without: readonly string[]): string => fs.readdirSync(outputs)
	.filter(name => !without.includes(name))
	.map(name => `${name}\n${fingerprint(path.join(outputs, name))}`)
	.join('\n');

/** Root keeps a session of somebody else and lifts that: nothing but root's own notes is changed, and the owner can do nothing about it but is told. */
export const tryKeeps = async (place: Place, random: Random, name: string, tally: Tally): Promise<void> => {
	const root = place.users[2];
	const owner = place.users[random.below(2)]!;
	const other = place.users.find(({uid}) => uid !== 0 && uid !== owner.uid)!;
	const session = await startSession(owner, random);
	const bystander = await startSession(owner, random);
	const foreign = await startSession(other, random);
	const own = await startSession(root, random);
	const {id} = session;
	const what = `${name}, ${id}`;
	const note = path.join(place.outputs, '.sojourn-0/keep', id);
	tally.runs++;

	const hours = random.chance(0.5);
	const before = rest(place, ['.sojourn-0']);
	await must(root, ['keep', '--all', random.pick([id, id.slice(0, 20), session.label]), ...(hours ? ['--hours', '7'] : [])]);
	expect(tally, rest(place, ['.sojourn-0']) === before, `${what}: root's keep has changed more than .sojourn-0`, 1);
	const stats = fs.lstatSync(note, {throwIfNoEntry: false});
	expect(tally, stats?.isFile() === true && stats.uid === 0 && (stats.mode & 0o7777) === 0o644, `${what}: root's keep is no file of root's of mode 0644`);

	const listed = JSON.parse(await must(owner, ['sessions', '--json'])) as Array<{readonly id: string; readonly state: string}>;
	expect(tally, listed.find(one => one.id === id)?.state === 'kept', `${what}: its owner is not told that it is kept`);
	const kept = 'by the administrator';
	const unkept = await owner.run(['unkeep', id]);
	expect(tally, unkept.code === 1 && unkept.stderr.includes(kept), `${what}: "unkeep" of its owner: ${JSON.stringify(unkept)}`);
	const ended = await owner.run(['end', id, '--yes', ...(random.chance(0.5) ? ['--force'] : [])]);
	expect(tally, ended.code === 1 && ended.stderr.includes(kept), `${what}: "end" of its owner: ${JSON.stringify(ended)}`);
	if (random.chance(0.5)) {
		await must(owner, ['keep', id, '--hours', '0.0001']);
		const {code, stderr} = await owner.run(['unkeep', id]);
		expect(tally, code === 0 && stderr.includes(kept), `${what}: "unkeep" of its owner, who kept it, too: ${stderr}`);
	}

	const tampered = await other.run(['unkeep', '--all', id]);
	expect(tally, tampered.code !== 0, `${what}: "unkeep --all" of another user has ended with 0`);
	const beforeSweep = fingerprint(placeOf(place, session));
	const beforeForeign = fingerprint(placeOf(place, foreign));
	const swept = await owner.run(['sweep', ...(random.chance(0.3) ? ['--all'] : []), ...soon]);
	expect(tally, swept.code === 0 && swept.stdout.includes(`kept ${id}  kept ${kept}`), `${what}: the owner's sweep does not say that it keeps it: ${JSON.stringify(swept)}`);
	expect(tally, fingerprint(placeOf(place, session)) === beforeSweep, `${what}: the owner's sweep has changed it`, 1);
	expect(tally, fingerprint(placeOf(place, foreign)) === beforeForeign, `${what}: the owner's sweep has changed another's`, 1);
	if (fingerprint(placeOf(place, bystander)) === 'gone') {
		tally.fired++;
	} else {
		blame(tally, `${what}: the sweep has not removed what root does not keep`);
	}

	expect(tally, (await root.run(['end', '--all', '--yes', id])).code === 1, `${what}: root ends what it keeps`);
	const beforeLift = rest(place, ['.sojourn-0']);
	await must(root, ['unkeep', '--all', id]);
	expect(tally, rest(place, ['.sojourn-0']) === beforeLift && !fs.existsSync(note), `${what}: root's "unkeep" has changed something else`, 1);
	await tryEnds(place, random, what, [session, foreign], own, tally);
};

/** What root keeps no more goes; by its owner's sweep, or as root says. */
const tryEnds = async (place: Place, random: Random, what: string, [session, foreign]: readonly [Owned, Owned], own: Owned, tally: Tally): Promise<void> => {
	const root = place.users[2];
	const ownBefore = fingerprint(placeOf(place, own));
	if (random.chance(0.5)) {
		await must(session.owner, ['sweep', ...soon]);
	} else {
		const {stdout} = await root.run(['end', '--all', '--yes', session.id]);
		expect(tally, stdout.trim() === session.id, `${what}: "end --all" of root prints ${stdout}`);
	}

	expect(tally, fingerprint(placeOf(place, session)) === 'gone', `${what}: it is still there when nobody keeps it`);
	const {code} = await session.owner.run(['end', '--all', '--yes', foreign.id]);
	expect(tally, code !== 0 && fingerprint(placeOf(place, foreign)) !== 'gone', `${what}: a user ends another's session`, 1);
	// Of what its owner keeps, root is told, too.
	await must(foreign.owner, ['keep', foreign.id]);
	const before = fingerprint(placeOf(place, foreign));
	const swept = await root.run(['sweep', '--all', '--json', ...soon]);
	expect(tally, swept.code === 0 && fingerprint(placeOf(place, foreign)) === before, `${what}: root's sweep of all has changed what its owner keeps: ${swept.stderr}`, 1);
	expect(tally, ownBefore !== 'gone' && fingerprint(placeOf(place, own)) === 'gone', `${what}: root's sweep of all has left root's own`);
	await must(foreign.owner, ['unkeep', foreign.id]);
	await must(root, ['sweep', '--all', ...soon]);
	expect(tally, fingerprint(placeOf(place, foreign)) === 'gone', `${what}: root's sweep of all has left a user's session`);
};
