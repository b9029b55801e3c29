import fs from 'node:fs';
import path from 'node:path';
import type {Random} from './random.js';
import {soon} from './users-random.js';
import {fingerprint, must, placeOf, startSession} from './users-sessions.js';
import type {Place, User} from './users-system.js';
import {expect, type Tally} from './users-tally.js';

/** What an attacker makes in the outputs directory, under the name that another's control directory would have. `$1` is that name, `$2` something of the attacker's. */
const plants: ReadonlyArray<readonly [what: string, script: string]> = [
	['a directory', 'mkdir -m 700 "$1"'],
	['an open directory', 'mkdir -m 777 "$1"; mkdir -m 777 "$1/trash" "$1/clock" "$1/leases" "$1/keep"; chmod 777 "$1"/*'],
	['a directory with a trash', 'mkdir -m 711 "$1"; mkdir -p -m 755 "$1/trash/purge.aaaaaaaaaaaaaaaaaaaaaaaa/x" "$1/keep"; echo hers > "$1/trash/purge.aaaaaaaaaaaaaaaaaaaaaaaa/x/y"'],
	['a link to a directory', 'ln -s "$2" "$1"'],
	['a link to nothing', 'ln -s /nonexistent/$$ "$1"'],
	['a link to /', 'ln -s / "$1"'],
	['a file', 'echo hers > "$1"'],
	['a pipe', 'mkfifo -m 666 "$1"'],
	['a directory, and another beside it', 'mkdir -m 700 "$1" "$1-000000000000"'],
	['a file, and a link beside it', 'echo hers > "$1"; ln -s "$2" "$1-000000000000"'],
];

/** Keeps of a session, `$2`, as an attacker would have them believed. `$1` is what root's control directory would be called. */
const forgeries: ReadonlyArray<readonly [what: string, script: string]> = [
	['a directory like root\'s', 'mkdir -m 711 "$1" "$1/keep"; echo \'{"version":1,"keepUntil":"forever"}\' > "$1/keep/$2"; chmod 644 "$1/keep/$2"'],
	['a directory beside it', 'mkdir -m 711 "$1-000000000000" "$1-000000000000/keep"; echo \'{"version":1,"keepUntil":"forever"}\' > "$1-000000000000/keep/$2"'],
	['a link', 'mkdir -m 711 "$HOME/like"; mkdir -m 711 "$HOME/like/keep"; echo \'{"version":1,"keepUntil":"forever"}\' > "$HOME/like/keep/$2"; ln -s "$HOME/like" "$1"'],
	['a broken one', 'mkdir -m 711 "$1" "$1/keep"; echo broken > "$1/keep/$2"'],
	['a lease', 'mkdir -m 711 "$1"; mkdir -m 755 "$1/leases"; echo "{}" > "$1/leases/$2.aaaaaaaaaaaa"'],
];

const controlsIn = ({outputs}: Place, uid: number): string[] => fs.readdirSync(outputs).filter(name => name === `.sojourn-${uid}` || name.startsWith(`.sojourn-${uid}-`)).sort();

/** A user takes the name of another's control directory before the other needs one. */
export const tryPlanted = async (place: Place, random: Random, name: string, number: number, tally: Tally): Promise<void> => {
	const [attacker, user] = random.pick([[0, 1], [1, 0], [0, 2], [1, 2]] as const).map(index => place.users[index]) as [User, User];
	const [what, script] = plants[number % plants.length]!;
	const control = path.join(place.outputs, `.sojourn-${user.uid}`);
	const decoy = path.join(attacker.home, 'decoy');
	attacker.shell('mkdir -m 777 "$2"; echo hers > "$2/file"; ' + script, control, decoy);
	const planted = controlsIn(place, user.uid);
	const look = (): string => [...planted.map(one => path.join(place.outputs, one)), decoy].map(one => fingerprint(one)).join('\n');
	const before = look();
	const title = `${name}, ${what} made by ${attacker.name} for ${user.name}`;
	tally.runs++;

	const sessions = [await startSession(user, random), await startSession(user, random)];
	const kept = sessions[0]!;
	await must(user, ['keep', kept.id]);
	for (const round of ['first', 'second']) {
		const {code, stdout, stderr} = await user.run(['sweep', ...soon]);
		expect(tally, code === 0 && stderr.includes(`.sojourn-${user.uid} in the outputs directory is passed over`), `${title}: the ${round} sweep ended with ${code}, and tells: ${stderr}`);
		expect(tally, round === 'second' || stdout.includes(`removed ${sessions[1]!.id}`), `${title}: the sweep has not removed what has expired: ${stdout}`);
	}

	expect(tally, fingerprint(placeOf(place, kept)) !== 'gone', `${title}: the sweep has removed a kept session`, 1);
	expect(tally, look() === before, `${title}: what was planted has been changed`, 1);
	const made = controlsIn(place, user.uid).filter(one => !planted.includes(one));
	const stats = made.map(one => fs.lstatSync(path.join(place.outputs, one)));
	expect(tally, made.length === 1 && stats[0]!.uid === user.uid && (stats[0]!.mode & 0o066) === 0, `${title}: the control directories that were made instead: ${made.join(' ')}`);
	const doctor = await user.run(['doctor']);
	expect(tally, doctor.stdout.includes('is passed over'), `${title}: doctor says nothing of it: ${doctor.stdout}`);
	tally.fired++;
};

/** A user makes what would be root's keep of a session, where root has none yet. */
export const tryForged = async (place: Place, random: Random, name: string, number: number, tally: Tally): Promise<void> => {
	const [attacker, other] = random.chance(0.5) ? [place.users[0], place.users[1]] : [place.users[1], place.users[0]];
	const root = place.users[2];
	const [what, script] = forgeries[number % forgeries.length]!;
	const victim = await startSession(random.pick([attacker, other]), random);
	const title = `${name}, ${what}, forged by ${attacker.name}`;
	tally.runs++;
	attacker.shell(script, path.join(place.outputs, '.sojourn-0'), victim.id);
	const planted = controlsIn(place, 0);
	const before = planted.map(one => fingerprint(path.join(place.outputs, one))).join('\n');
	const listed = JSON.parse(await must(victim.owner, ['sessions', '--json'])) as Array<{readonly id: string; readonly state: string}>;
	expect(tally, listed.find(({id}) => id === victim.id)?.state === 'active', `${title}: its owner is told that it is ${listed[0]?.state}`);

	// A true keep beside the forged one is found, and can be lifted.
	if (random.chance(0.5)) {
		await must(root, ['keep', '--all', victim.id]);
		const kept = await victim.owner.run(['sweep', ...soon]);
		expect(tally, kept.stdout.includes('kept by the administrator'), `${title}: root's own keep does not count beside it: ${kept.stdout}${kept.stderr}`, fingerprint(placeOf(place, victim)) === 'gone' ? 1 : 0);
		await must(root, ['unkeep', '--all', victim.id]);
	}

	const isByRoot = random.chance(0.5);
	const swept = await (isByRoot ? root.run(['sweep', '--all', ...soon]) : victim.owner.run(['sweep', ...soon]));
	expect(tally, swept.code === 0 && fingerprint(placeOf(place, victim)) === 'gone', `${title}: the sweep of ${isByRoot ? 'root' : 'its owner'} believes it: ${swept.stdout}${swept.stderr}`);
	expect(tally, planted.map(one => fingerprint(path.join(place.outputs, one))).join('\n') === before, `${title}: what was planted has been changed`, 1);
	tally.fired++;
};
