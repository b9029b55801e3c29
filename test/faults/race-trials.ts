import fs from 'node:fs';
import {Directory} from '../../source/files/descriptor.js';
import {purge} from '../../source/files/purge.js';
import type {Job} from './race-attacker.js';
import {alive, folderName, linkName, pairCount, policy, trashLinks, victim, type Place} from './race-place.js';
import type {Scale} from './row.js';
import {self, sweepAs, withStore} from './store.js';

/** One kind of attack on one way to remove. */
export type Trial = {
	readonly what: string;
	readonly isControl?: true;
	/** How often it is tried, at each scale; the short version of a control is at an end when it has lost something. */
	readonly runs: Readonly<Record<Scale, number>>;
	readonly job: (place: Place) => Job;
	readonly remove: (place: Place) => Promise<void>;
	/** Whether a session in use stands beside the victim, which must not be lost either. */
	readonly hasAlive?: true;
};

const pairs = Array.from({length: pairCount}, (_, pair) => [folderName(pair), linkName(pair)] as const);

const attacked = ({session}: Place): string[] => [`${session}/single`, `${session}/bulk/deep`];

const withDescriptors = (place: Place): Job => ({folders: attacked(place), pairs});

const withPaths = (place: Place): Job => ({folders: attacked(place), pairs, trash: place.trash, links: trashLinks});

/** In the outputs directory and the control directory, through descriptors. */
const withSession = (other: string) => ({outputs}: Place): Job => ({folders: [outputs], pairs: [[victim, other]]});

const withTrash = ({outputs}: Place): Job => ({folders: [`${outputs}/.sojourn-${self}`], pairs: [['trash', trashLinks[0]]]});

const doomedName = `${victim}.${'0'.repeat(24)}`;

/** Purges what lies in the trash, as `recover` would. */
const purgeAll = async (trash: string, names: readonly string[]): Promise<void> => {
	const directory = await Directory.open(trash);
	try {
		for (const name of names) {
			await purge(directory, name);
		}
	} finally {
		await directory.close();
	}
};

const movedToTrash = (place: Place): void => {
	fs.renameSync(place.session, `${place.trash}/${doomedName}`);
};

const purgeOnly = async (place: Place): Promise<void> => {
	movedToTrash(place);
	await purgeAll(place.trash, [doomedName]);
};

/** The whole way through the trash; the look again reads everything, and finds it expired. */
const removeSession = async ({outputs}: Place): Promise<void> => withStore(outputs, self, async ({sweeper}) => {
	await sweeper.remove(victim, async (where, _, moved) => {
		const walk = where.walk(moved)[Symbol.asyncIterator]();
		while (!(await walk.next()).done) {
			// It only looks.
		}

		return {isExpired: true};
	}).catch(() => undefined); // It may fail when its trash is taken away; it must not go astray.
});

const sweepOften = async ({outputs}: Place): Promise<void> => {
	for (let round = 0; round < 4; round++) {
		await sweepAs(outputs, self, policy()).catch(() => undefined);
	}
};

const removeByPath = async ({session}: Place): Promise<void> => {
	await fs.promises.rm(session, {recursive: true, force: true}).catch(() => undefined);
};

const removeByPathInTrash = async (place: Place): Promise<void> => {
	movedToTrash(place);
	await fs.promises.rm(`${place.trash}/${doomedName}`, {recursive: true, force: true}).catch(() => undefined);
};

/** All attacks; the controls last. */
export const trials: readonly Trial[] = [
	{what: 'purge, folders exchanged through a descriptor', runs: {short: 12, full: 250}, job: withDescriptors, remove: purgeOnly},
	{what: 'purge, folders and the trash exchanged by path', runs: {short: 12, full: 250}, job: withPaths, remove: purgeOnly},
	{what: 'remove, folders exchanged through a descriptor', runs: {short: 12, full: 200}, job: withDescriptors, remove: removeSession},
	{what: 'remove, folders and the trash exchanged by path', runs: {short: 12, full: 200}, job: withPaths, remove: removeSession},
	{what: 'remove, the trash directory exchanged with a link', runs: {short: 6, full: 60}, job: withTrash, remove: removeSession},
	{what: 'sweep, folders exchanged by path', runs: {short: 6, full: 60}, job: withPaths, remove: sweepOften},
	{what: 'sweep, the session exchanged with a link', runs: {short: 6, full: 100}, job: withSession(trashLinks[0]), remove: sweepOften},
	{what: 'sweep, the session exchanged with one in use', runs: {short: 6, full: 100}, job: withSession(alive), remove: sweepOften, hasAlive: true},
	{what: 'rm, folders exchanged through a descriptor', runs: {short: 200, full: 60}, job: withDescriptors, remove: removeByPathInTrash, isControl: true},
	{what: 'rm, folders exchanged by path', runs: {short: 200, full: 60}, job: withPaths, remove: removeByPath, isControl: true},
	{what: 'rm, the session exchanged with a link', runs: {short: 200, full: 60}, job: withSession(trashLinks[0]), remove: removeByPath, isControl: true},
	{what: 'rm, the session exchanged with one in use', runs: {short: 200, full: 60}, job: withSession(alive), remove: removeByPath, isControl: true, hasAlive: true},
];
