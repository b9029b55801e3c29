import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {promisify} from 'node:util';
import type {Directory} from '../../files/descriptor.js';
import {listDirectory} from '../../files/list.js';
import {purge, type Purged} from '../../files/purge.js';
import {isSessionId} from '../../session/id.js';
import {codeOf, Failure, reasonOf} from '../../text/errors.js';
import {plural} from '../../text/size.js';
import {printable} from '../../text/printable.js';
import type {LookAgain, Removal, Sweeper} from '../sweep.js';
import {openControlDirectory, openTrash} from './control.js';
import type {OutputsDirectory} from './directory.js';
import {localOutputs} from './local.js';

const rename = promisify(fs.rename);

/**
How a removal goes through the trash (`.sojourn-<uid>/trash/`), so that whenever the process dies the next launch knows what to do:

1. `<id>` in the outputs directory: nothing has happened.
2. `<id>.<random>` in the trash: moved there by one rename, not yet looked at again. The next launch looks, and finishes or puts it back.
3. `purge.<random>`: the second look has confirmed it. The next launch finishes.
*/
const movedName = /^([\da-f-]{36})\.[\da-f]{24}$/;

const leftoverOf = ({failures}: Purged): string | undefined => {
	const [first] = failures;
	return first === undefined
		? undefined
		: `${plural(failures.length, 'entry', 'entries')} could not be removed, the first ${printable(first.name)}: ${reasonOf(first.error)}; the rest is in the trash and tried again at the next sweep`;
};

/** Removal of sessions from a directory. */
export const localSweeper = ({root, directory, danger}: OutputsDirectory, uid: number, options: {readonly isGroupTrusted?: boolean} = {}): Sweeper => {
	const isDangerous = danger !== undefined && !(danger.isGroupOnly && options.isGroupTrusted);

	const warnings = new Set<string>();

	const withTrash = async <T>(mayCreate: boolean, action: (trash: Directory) => Promise<T>): Promise<T | undefined> => {
		const control = await openControlDirectory(root, uid, {
			mayCreate,
			onPassedOver(text) {
				warnings.add(text);
			},
		});
		if (control === undefined) {
			return undefined;
		}

		try {
			const trash = await openTrash(control, uid);
			try {
				return await action(trash);
			} finally {
				await trash.close();
			}
		} finally {
			await control.close();
		}
	};

	/** Looks again at what lies in the trash, and purges it or puts it back. Another sweep may be doing the same: whose rename comes first decides. */
	const settle = async (trash: Directory, id: string, moved: string, isExpired: LookAgain): Promise<Removal> => {
		const look = await isExpiredIn(trash, id, moved, isExpired);
		const doomed = `purge.${randomBytes(12).toString('hex')}`;
		try {
			await (look.isExpired ? rename(trash.at(moved), trash.at(doomed)) : putBack(root, trash, moved, id));
		} catch (error) {
			if (codeOf(error) === 'ENOENT') {
				return {outcome: 'gone'};
			}

			throw error;
		}

		if (!look.isExpired) {
			return {outcome: 'kept', reason: look.reason};
		}

		await trash.sync();
		const leftover = leftoverOf(await purge(trash, doomed));
		return {outcome: 'removed', ...(leftover === undefined ? {} : {leftover})};
	};

	const isExpiredIn = async (trash: Directory, id: string, moved: string, isExpired: LookAgain): ReturnType<LookAgain> => {
		const again = await trash.directory('.');
		try {
			return await isExpired(localOutputs(again, directory), id, moved);
		} finally {
			await again.close();
		}
	};

	return {
		...(isDangerous
			? {refusal: {skipped: 'unsafe' as const, detail: `nothing is removed from ${printable(directory)}, as ${danger.isGroupOnly ? 'its group' : 'everybody'} can exchange entries in it: ${danger.advice}`}}
			: {}),

		async recover(isExpired) {
			const recovered: string[] = [];
			const failed: Array<{id: string; error: string}> = [];
			const settleLeft = async (trash: Directory, name: string, id: string | undefined): Promise<void> => {
				const removal = id === undefined
					? {outcome: 'removed' as const, leftover: leftoverOf(await purge(trash, name))}
					: await settle(trash, id, name, isExpired);
				if (removal.outcome === 'kept') {
					recovered.push(id!);
				} else if (removal.outcome === 'removed' && removal.leftover !== undefined) {
					failed.push({id: id ?? name, error: removal.leftover});
				}
			};

			try {
				await withTrash(false, async trash => {
					for await (const chunk of listDirectory(trash)) {
						for (const {name} of chunk) {
							const found = movedName.exec(name)?.[1];
							const id = found !== undefined && isSessionId(found) ? found : undefined;
							try {
								await settleLeft(trash, name, id);
							} catch (error) {
								failed.push({id: id ?? name, error: reasonOf(error)});
							}
						}
					}
				});
			} catch (error) {
				// What is left waits; what has expired since may be removed all the same.
				failed.push({id: `.sojourn-${uid}`, error: reasonOf(error)});
			}

			return {recovered, failed, ...(warnings.size > 0 && {warnings: [...warnings]})};
		},

		async remove(id, isExpired) {
			const removal = await withTrash(true, async (trash): Promise<Removal> => {
				const moved = `${id}.${randomBytes(12).toString('hex')}`;
				try {
					await rename(root.at(id), trash.at(moved));
				} catch (error) {
					if (codeOf(error) === 'ENOENT') {
						return {outcome: 'gone'};
					}

					throw error;
				}

				return settle(trash, id, moved, isExpired);
			});
			return removal ?? {outcome: 'gone'};
		},
	};
};

/** Puts a session back in its place. An empty directory of its name, which somebody may have made since, is replaced by the rename; anything else stays, and the session waits in the trash. */
const putBack = async (root: Directory, trash: Directory, moved: string, id: string): Promise<void> => {
	try {
		await rename(trash.at(moved), root.at(id));
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			throw error;
		}

		throw new Failure(`the session is in use again but cannot be put back from the trash: ${reasonOf(error)}; it is safe there and put back by the next sweep`, 1, {cause: error});
	}
};
