import fs from 'node:fs';
import {promisify} from 'node:util';
import {Reach} from '../files/reach.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {survey} from './survey.js';
import type {Place, TaskOptions} from './task.js';

const unlink = promisify(fs.unlink);

const hour = 3_600_000;

/** Removes the hidden beginnings of files that a killed restore or publish of this user has left. Another user's stay, and where others may be at work those of the last hour. */
export const clearLeftovers = async ({root, uid}: Place, isAlone: boolean, {signal}: TaskOptions): Promise<void> => {
	const {leftovers} = await survey(root, signal);
	const reach = new Reach(root);
	try {
		for (const {path} of leftovers) {
			try {
				const folder = await reach.to(parentOf(path));
				const stats = await folder.lstat(nameOf(path));
				const isOld = stats.ctimeMs < Date.now() - hour;
				if ((stats.uid === uid && (isAlone || isOld)) || (uid === 0 && isOld)) {
					await unlink(folder.at(nameOf(path)));
				}
			} catch {
				// It stays hidden, and is met again.
			}
		}
	} finally {
		await reach.close();
	}
};
