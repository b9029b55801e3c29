import type {Directory} from '../../files/descriptor.js';
import {listDirectory} from '../../files/list.js';
import {moveBack, moveEntry} from '../../files/move.js';
import {codeOf, Failure, reasonOf} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import type {LookAgain, Removal, Sweeper} from '../sweeper.js';
import type {Clock} from './clock-record.js';
import type {OutputsDirectory} from './directory.js';
import {reasonToSpare} from './holds.js';
import {forgetKeep} from './keeps.js';
import {clearLeases} from './leases.js';
import {isLegacyTrash} from './legacy-trash.js';
import {localOutputs} from './local.js';
import {discard} from './discard.js';
import {doom, empty, idOfMoved, isBeingMade, movedNameOf, withTrash, type Trash} from './trash.js';
import {takeTurn} from './turn.js';

export type SweeperOptions = {
	/** Whether the deployment trusts the group that may write to the outputs directory. */
	readonly isGroupTrusted?: boolean;
	/** Whose looks are compared; `believed` takes whatever is given for now. */
	readonly clock: Clock | 'believed';
};

/** Why nothing may be removed from an outputs directory, whoever asks. */
export const dangerOf = ({directory, danger}: OutputsDirectory, isGroupTrusted = false): string | undefined =>
	danger === undefined || (danger.isGroupOnly && isGroupTrusted)
		? undefined
		: `nothing is removed from ${printable(directory)}, as ${danger.isGroupOnly ? 'its group' : 'everybody'} can exchange entries in it: ${danger.advice}`;

/** Removal of expired sessions from a directory. */
export const localSweeper = (opened: OutputsDirectory, uid: number, {isGroupTrusted = false, clock}: SweeperOptions): Sweeper => {
	const {root, directory} = opened;
	const danger = dangerOf(opened, isGroupTrusted);
	const outputs = localOutputs(root, directory, uid);
	const warnings = new Set<string>();
	let lookedAt = Date.now();
	const onPassedOver = (text: string): void => {
		warnings.add(text);
	};

	const inTrash = async <T>(mayCreate: boolean, action: (trash: Trash) => Promise<T>): Promise<T | undefined> =>
		withTrash(root, directory, uid, {mayCreate, onPassedOver}, action);

	const isExpiredIn = async (trash: Trash, id: string, moved: string, isExpired: LookAgain): ReturnType<LookAgain> => {
		const again = await trash.directory.directory('.');
		try {
			return await isExpired(localOutputs(again, directory, uid), id, moved);
		} finally {
			await again.close();
		}
	};

	/** Looks again at what lies in the trash, and purges it or puts it back. Another sweep may be doing the same: whose rename comes first decides. */
	const settle = async (trash: Trash, id: string, moved: string, session: Directory | undefined, isExpired: LookAgain): Promise<Removal> => {
		const spared = session === undefined ? undefined : await reasonToSpare(root, {id, session, place: `${trash.place}/${moved}`});
		const look = spared === undefined ? await isExpiredIn(trash, id, moved, isExpired) : {isExpired: false as const, reason: spared};
		try {
			if (!look.isExpired) {
				await putBack(root, trash.directory, moved, id);
				return {outcome: 'kept', reason: look.reason};
			}

			const doomed = await doom(trash, trash.directory, moved);
			const leftover = await empty(trash, doomed);
			await forgetKeep(root, id);
			return {outcome: 'removed', ...(leftover === undefined ? {} : {leftover})};
		} catch (error) {
			if (codeOf(error) === 'ENOENT') {
				return {outcome: 'gone'};
			}

			throw error;
		}
	};

	const settleLeft = async (trash: Trash, moved: string, id: string, isExpired: LookAgain): Promise<Removal> => {
		let session: Directory | undefined;
		try {
			session = await trash.directory.directory(moved);
		} catch {
			// What cannot be opened cannot be looked at either, and goes back.
		}

		try {
			return await settle(trash, id, moved, session, isExpired);
		} finally {
			await session?.close();
		}
	};

	const removeOpen = async (trash: Trash, id: string, session: Directory, isExpired: LookAgain): Promise<Removal> => {
		const spared = await reasonToSpare(root, {id, session, place: `${directory}/${id}`});
		if (spared !== undefined) {
			return {outcome: 'kept', reason: spared};
		}

		const look = await isExpired(outputs, id, id);
		if (!look.isExpired) {
			return {outcome: 'kept', reason: look.reason};
		}

		const moved = movedNameOf(id);
		try {
			await moveEntry(root, id, trash.directory, moved, {isForGood: false});
		} catch (error) {
			throw codeOf(error) === 'ENOENT' ? error : new Failure(`it cannot be moved to the trash: ${reasonOf(error)}`, 1, {cause: error});
		}

		if (await trash.directory.identityOf(moved) !== await session.identity()) {
			await putBack(root, trash.directory, moved, id);
			return {outcome: 'kept', reason: 'it was exchanged for another while it was looked at'};
		}

		return settle(trash, id, moved, session, isExpired);
	};

	return {
		async begin(options) {
			lookedAt = options.now;
			const {refusal, warning, end} = danger === undefined
				? await takeTurn({root, directory, uid, clock, onPassedOver}, options)
				: {refusal: {skipped: 'unsafe' as const, detail: danger}, end: async () => undefined};
			if (warning !== undefined) {
				warnings.add(warning);
			}

			return {...(refusal !== undefined && {refusal}), end};
		},

		warnings: () => [...warnings],

		async recover(isExpired) {
			const recovered: string[] = [];
			const failed: Array<{id: string; error: string}> = [];
			const recoverOne = async (trash: Trash, name: string): Promise<void> => {
				// What a killed "legacy remove" has left is put back by the next "sojourn legacy", and never purged.
				if (isLegacyTrash(name) || await isBeingMade(trash, name, lookedAt)) {
					return;
				}

				const id = idOfMoved(name);
				const removal: Removal = id === undefined
					? {outcome: 'removed', ...withLeftover(await empty(trash, name))}
					: await settleLeft(trash, name, id, isExpired);
				if (removal.outcome === 'kept') {
					recovered.push(id!);
				} else if (removal.outcome === 'removed' && removal.leftover !== undefined) {
					failed.push({id: id ?? name, error: removal.leftover});
				}
			};

			try {
				await clearLeases(root, uid);
				await inTrash(false, async trash => {
					for await (const chunk of listDirectory(trash.directory)) {
						for (const {name} of chunk) {
							try {
								await recoverOne(trash, name);
							} catch (error) {
								failed.push({id: idOfMoved(name) ?? name, error: reasonOf(error)});
							}
						}
					}
				});
			} catch (error) {
				// What is left waits; what has expired since may be removed all the same.
				failed.push({id: `.sojourn-${uid}`, error: reasonOf(error)});
			}

			return {recovered, failed};
		},

		async discard(path, options = {}) {
			if (danger !== undefined) {
				return {outcome: 'refused', reason: danger};
			}

			return (await inTrash(true, async trash => discard(opened, trash, path, options)))!;
		},

		async reasonToSpare(id) {
			const session = await root.directory(id);
			try {
				return await reasonToSpare(root, {id, session, place: `${directory}/${id}`});
			} finally {
				await session.close();
			}
		},

		async remove(id, isExpired) {
			const removal = await inTrash(true, async (trash): Promise<Removal> => {
				try {
					const session = await root.directory(id);
					try {
						return await removeOpen(trash, id, session, isExpired);
					} finally {
						await session.close();
					}
				} catch (error) {
					if (codeOf(error) === 'ENOENT') {
						return {outcome: 'gone'};
					}

					throw error;
				}
			});
			return removal ?? {outcome: 'gone'};
		},
	};
};

const withLeftover = (leftover: string | undefined): {readonly leftover?: string} => leftover === undefined ? {} : {leftover};

/** Puts a session back in its place. An empty directory of its name, which somebody may have made since, is replaced by the rename; anything else stays, and the session waits in the trash. */
const putBack = async (root: Directory, trash: Directory, moved: string, id: string): Promise<void> => {
	try {
		await moveBack(trash, moved, root, id);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			throw error;
		}

		throw new Failure(`the session is in use again but cannot be put back from the trash: ${reasonOf(error)}; it is safe there and put back by the next sweep`, 1, {cause: error});
	}
};
