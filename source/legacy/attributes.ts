import fs from 'node:fs';
import process from 'node:process';
import {promisify} from 'node:util';
import type {Directory} from '../files/descriptor.js';

const lutimes = promisify(fs.lutimes);
const lchown = promisify(fs.lchown);

/** What an entry keeps when it is copied. */
export type Attributes = {
	/** The permission bits, with those beyond. */
	readonly mode: number;
	/** Nanoseconds since 1970. */
	readonly mtimeNs: bigint;
	/** The owner that root gives it; absent: whoever copies. */
	readonly owner?: {readonly uid: number; readonly gid: number};
};

const second = 1_000_000_000n;

/** A time in milliseconds, as exact as a number can be: all at once, the nanoseconds would not fit. */
export const toMilliseconds = (mtimeNs: bigint): number => Number(mtimeNs / 1_000_000n) + (Number(mtimeNs % 1_000_000n) / 1e6);

const writtenBy = (seconds: number): bigint => {
	const whole = Math.trunc(seconds);
	return (BigInt(whole) * second) + BigInt(Math.trunc((seconds - whole) * 1e9));
};

/**
A time as node:fs takes it, which knows no nanoseconds: the nearest that it can say, and one of the same microsecond. Before 1970 it takes a Date alone, of whole milliseconds.
*/
export const timeToSet = (mtimeNs: bigint): number | Date => {
	if (mtimeNs < 0n) {
		return new Date(Number(mtimeNs / 1_000_000n));
	}

	const nearest = Number(mtimeNs / second) + (Number(mtimeNs % second) / 1e9);
	const step = 2 ** (Math.floor(Math.log2(Math.max(1, nearest))) - 52);
	return [nearest, nearest + step, nearest - step].find(seconds => writtenBy(seconds) / 1000n === mtimeNs / 1000n) ?? nearest;
};

/** Without its own owner nothing gets the bits that lend the owner's rights to whoever runs it. */
const lending = 0o6000;

const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether the owner can be given, or is whoever runs this anyway. */
const safeMode = ({mode, owner}: Attributes): number =>
	owner !== undefined && (isRoot() || (owner.uid === process.getuid?.() && owner.gid === process.getgid?.())) ? mode : mode & ~lending;

/** Gives an open file what it is to keep. The mode comes after the owner, as a change of that takes bits away. */
export const giveToFile = async (handle: fs.promises.FileHandle, attributes: Attributes): Promise<void> => {
	const {owner, mtimeNs} = attributes;
	if (owner !== undefined && isRoot()) {
		await handle.chown(owner.uid, owner.gid);
	}

	await handle.chmod(safeMode(attributes));
	await handle.utimes(timeToSet(mtimeNs), timeToSet(mtimeNs));
};

/** As `giveToFile`, for an open folder. */
export const giveToFolder = async (folder: Directory, attributes: Attributes): Promise<void> => {
	const {owner, mtimeNs} = attributes;
	if (owner !== undefined && isRoot()) {
		await fs.promises.chown(folder.self, owner.uid, owner.gid);
	}

	await fs.promises.chmod(folder.self, safeMode(attributes));
	await fs.promises.utimes(folder.self, timeToSet(mtimeNs), timeToSet(mtimeNs));
};

/** As `giveToFile`, for a symbolic link, which has no mode. */
export const giveToLink = async (parent: Directory, name: string, {owner, mtimeNs}: Attributes): Promise<void> => {
	if (owner !== undefined && isRoot()) {
		await lchown(parent.at(name), owner.uid, owner.gid);
	}

	await lutimes(parent.at(name), timeToSet(mtimeNs), timeToSet(mtimeNs));
};

/** What an entry's stats say that it keeps. */
export const attributesOf = (stats: fs.BigIntStats): Attributes & {readonly owner: {readonly uid: number; readonly gid: number}} => ({
	mode: Number(stats.mode & 0o7777n),
	mtimeNs: stats.mtimeNs,
	owner: {uid: Number(stats.uid), gid: Number(stats.gid)},
});
