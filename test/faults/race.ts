import fs from 'node:fs';
import {differences, lookAt, namesIn, type Seen} from './look.js';
import {startAttacker, type Attacker} from './race-attacker.js';
import {alive, placeIn, plantAlive, plantOutside, plantVictim, policy, trashLinks, victim, type Place} from './race-place.js';
import {trials, type Trial} from './race-trials.js';
import type {Row, Scale} from './row.js';
import {self, sweepAs, temporaryBase} from './store.js';

/** Where the session in use has come to lie: under either name, or still in the trash. */
const findAlive = ({outputs, trash}: Place): string | undefined =>
	[`${outputs}/${alive}`, `${outputs}/${victim}`, ...namesIn(trash).map(name => `${trash}/${name}`)]
		.find(place => fs.existsSync(`${place}/.session.json`) && fs.readFileSync(`${place}/.session.json`, 'utf8').includes(alive));

/** Gives back their names to what was left exchanged, so that the next sweep finds it. */
const straighten = ({outputs, session, trash}: Place): void => {
	const exchangeBack = (place: string, other: string): void => {
		if (fs.lstatSync(place, {throwIfNoEntry: false})?.isSymbolicLink() && fs.lstatSync(other, {throwIfNoEntry: false})?.isDirectory()) {
			fs.unlinkSync(place);
			fs.renameSync(other, place);
		}
	};

	exchangeBack(trash, `${outputs}/.sojourn-${self}/${trashLinks[0]}`);
	exchangeBack(session, `${outputs}/${trashLinks[0]}`);
};

/** What is still there once the attacker has stopped and the trash has been seen to again. */
const finish = async (place: Place): Promise<string[]> => {
	straighten(place);
	await sweepAs(place.outputs, self, policy());
	await sweepAs(place.outputs, self, policy());
	const left = namesIn(place.trash);
	return left.length > 0 ? [`left in the trash: ${left.join(' ')}`] : [];
};

/** A link in its place, put back from the trash, is none of it. */
const isVictim = ({session}: Place): boolean =>
	fs.lstatSync(session, {throwIfNoEntry: false})?.isDirectory() === true
	&& fs.existsSync(`${session}/.session.json`) && fs.readFileSync(`${session}/.session.json`, 'utf8').includes(victim);

type Outcome = {
	/** Whether exchanges were made while the removal went on. */
	readonly hasFired: boolean;
	/** What was changed that must not be. */
	readonly changes: readonly string[];
	/** What was left that should be gone. */
	readonly wrong: readonly string[];
};

const attack = async ({job, remove, hasAlive, isControl}: Trial, place: Place, attacker: Attacker, before: ReadonlyMap<string, Seen>): Promise<Outcome> => {
	const {outputs, outside} = place;
	plantVictim(place);
	fs.symlinkSync(outside, `${outputs}/${trashLinks[0]}`);
	fs.symlinkSync(outside, `${outputs}/.sojourn-${self}/${trashLinks[0]}`);
	if (hasAlive) {
		plantAlive(place);
	}

	const aliveBefore = hasAlive ? lookAt(`${outputs}/${alive}`) : undefined;
	const isStarted = await attacker.start(job(place));
	const made = attacker.exchanges();
	await remove(place);
	const hasFired = isStarted && attacker.exchanges() > made;
	await attacker.stop();

	const wrong = isControl ? [] : await finish(place);
	const changes = differences(before, lookAt(outside)).map(text => `outside: ${text}`);
	if (aliveBefore !== undefined) {
		const found = findAlive(place);
		changes.push(...(found === undefined ? ['the session in use is gone'] : differences(aliveBefore, lookAt(found)).map(text => `in use: ${text}`)));
	}

	return {hasFired, changes, wrong: !isControl && isVictim(place) ? [...wrong, 'the victim is still there'] : wrong};
};

const runTrial = async (trial: Trial, {base, attacker, scale}: {readonly base: string; readonly attacker: Attacker; readonly scale: Scale}): Promise<Row> => {
	const {what, isControl} = trial;
	const problems: string[] = [];
	let [runs, fired, lost] = [0, 0, 0];
	let outside: string | undefined;
	let before = new Map<string, Seen>();
	while (runs < trial.runs[scale]) {
		runs++;
		if (outside === undefined) {
			outside = `${base}/outside${runs}`;
			plantOutside(outside);
			before = lookAt(outside);
		}

		const place = placeIn(`${base}/${runs}`, outside);
		const {hasFired, changes, wrong} = await attack(trial, place, attacker, before);
		fired += hasFired ? 1 : 0;
		lost += changes.length;
		for (const text of [...changes, ...wrong]) {
			problems.push(`trial ${runs}: ${text}`);
		}

		if (changes.length > 0) {
			outside = undefined; // Planted anew.
		}

		fs.rmSync(place.base, {recursive: true, force: true});
		if (isControl && scale === 'short' && lost > 0) {
			break;
		}
	}

	return {part: 'race', what, runs, fired, lost, problems: isControl ? [] : problems.slice(0, 20), ...(isControl && {isControl})};
};

/**
Removes sessions while another process keeps exchanging their folders, or the sessions themselves, with links to a folder outside.

The controls are the same attacks on `fs.promises.rm`, and lose files of that folder.
*/
export const runRace = async (scale: Scale): Promise<Row[]> => {
	const base = await temporaryBase(scale, 'race');
	const attacker = await startAttacker(base);
	const rows: Row[] = [];
	try {
		for (const [number, trial] of trials.entries()) {
			rows.push(await runTrial(trial, {base: `${base}/${number}`, attacker, scale}));
		}
	} finally {
		await attacker.close();
		await fs.promises.rm(base, {recursive: true, force: true});
	}

	return rows;
};
