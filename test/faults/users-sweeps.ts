import fs from 'node:fs';
import path from 'node:path';
import type {Random} from './random.js';
import {soon} from './users-random.js';
import {changesSince, fingerprint, must, othersOf, placeOf, startSession, type Owned} from './users-sessions.js';
import type {Place} from './users-system.js';
import {blame, expect, type Tally} from './users-tally.js';

const removedBy = (home: string): string[] => {
	const log = path.join(home, '.local/state/sojourn/sojourn.log');
	return fs.existsSync(log)
		? fs.readFileSync(log, 'utf8').trim().split('\n').map(line => JSON.parse(line) as {readonly event: string; readonly id: string}).filter(({event}) => event === 'removed').map(({id}) => id)
		: [];
};

/** Users sweep at once, root with `--all`, others' sessions and their own: each is removed once, and by one who may. */
export const trySweeps = async (place: Place, random: Random, name: string, tally: Tally): Promise<void> => {
	const [first, second, root] = place.users;
	const sessions: Owned[] = [];
	for (const user of [first, second, second, root, first]) {
		sessions.push(await startSession(user, random));
	}

	const kept = sessions[0]!;
	await must(first, ['keep', kept.id]);
	tally.runs++;

	// A user's sweep of all cannot reach the others'.
	const others = othersOf(place, second, sessions);
	const alone = await second.run(['sweep', '--all', '--json', ...soon]);
	expect(tally, alone.code === 0, `${name}: "sweep --all" of a user ended with ${alone.code}: ${alone.stderr}`);
	for (const id of changesSince(place, others)) {
		blame(tally, `${name}: "sweep --all" of ${second.name} has changed the session ${id} of another`, 1);
	}

	sessions.push(await startSession(second, random), await startSession(second, random));
	const expired = sessions.filter(session => session !== kept && fingerprint(placeOf(place, session)) !== 'gone');
	const before = [first, second, root].map(({home}) => removedBy(home).length);
	const isByRoot = random.chance(0.7);
	const sweeps = [first, second, first, second, ...(isByRoot ? [root, root] : [])];
	const ended = await Promise.all(sweeps.map(async user => user.run(['sweep', '--json', ...(user === root || random.chance(0.3) ? ['--all'] : []), ...soon])));
	for (const [index, {code, stderr, stdout}] of ended.entries()) {
		expect(tally, code === 0, `${name}: a sweep of ${sweeps[index]!.name} among several ended with ${code}: ${stderr}${stdout}`);
	}

	// Whose sweep is how quick is chance: it may be that one has done all.
	tally.fired += [first, second, root].some(({home}, index) => removedBy(home).length > before[index]!) ? 1 : 0;

	// Then whoever is left: who was looked at by another at that moment was held.
	await must(root, ['sweep', '--all', ...soon]);
	const logs = [first, second, root].map(({home}) => removedBy(home));
	for (const {id, owner} of expired) {
		const times = logs.flat().filter(one => one === id).length;
		expect(tally, times === 1, `${name}: the session ${id} of ${owner.name} was removed ${times} times, by the logs`);
		expect(tally, !fs.existsSync(path.join(place.outputs, id)), `${name}: the session ${id} of ${owner.name} is still there`);
		const by = [first, second].find((user, index) => user !== owner && logs[index]!.includes(id));
		expect(tally, by === undefined, `${name}: ${by?.name} has removed a session of ${owner.name}`, 1);
	}

	expect(tally, fingerprint(placeOf(place, kept)) !== 'gone', `${name}: a kept session is gone`, 1);
	for (const {uid} of place.users) {
		const trash = path.join(place.outputs, `.sojourn-${uid}`, 'trash');
		const left = fs.existsSync(trash) ? fs.readdirSync(trash) : [];
		expect(tally, left.length === 0, `${name}: left in the trash of uid ${uid}: ${left.join(' ')}`);
	}
};
