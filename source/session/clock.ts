import {formatDuration} from '../text/age.js';

/**
Whether the clock can be believed when sessions are to be removed by their age. A machine whose battery is empty wakes in 1970, one whose clock was set wrong takes everything for old: so each look at the clock is compared with the one before, and with the time since boot, which nobody sets.
*/

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** One look. Times in milliseconds. */
export type ClockLook = {
	/** Tells this boot of the machine from others; `''` where the system does not tell. */
	readonly boot: string;
	/** Since 1970. */
	readonly wall: number;
	/** Since boot, time asleep included. */
	readonly uptime: number;
};

/** What is remembered of the clock of one host. */
export type ClockRecord = ClockLook & {
	/** The look from which on the clock is in doubt, and why. */
	readonly doubt?: ClockLook & {readonly reason: string};
};

/** How far the clock may step back. */
const backward = 5 * minute;

/** How far clock and time since boot may drift apart between two looks. */
const drift = hour;

/** How long a machine may have been off. */
const longestOff = 30 * day;

/** How long the clock must have run true after a doubt. */
const probation = hour;

export type ClockJudgement = {
	/** What is to be remembered. */
	readonly record: ClockRecord;
	/** Why nothing may be removed, as a sentence; absent if the clock can be believed. */
	readonly problem?: string;
};

const isSameBoot = (before: ClockLook, now: ClockLook): boolean => before.boot === now.boot && now.uptime >= before.uptime;

/** By how much the clock has gone further than time has, since an earlier look in the same boot. */
const gain = (before: ClockLook, now: ClockLook): number => (now.wall - before.wall) - (now.uptime - before.uptime);

const when = (time: number): string => new Date(time).toISOString();

/** What is strange about the clock, compared with an earlier look. */
const strangeness = (before: ClockLook, now: ClockLook): string | undefined => {
	if (now.wall < before.wall - backward) {
		return `the clock went back by ${formatDuration(before.wall - now.wall)}: it says ${when(now.wall)}, and has said ${when(before.wall)} before`;
	}

	if (isSameBoot(before, now)) {
		const gained = gain(before, now);
		return Math.abs(gained) > drift
			? `the clock was set ${gained > 0 ? 'forward' : 'back'} by ${formatDuration(Math.abs(gained))} since ${when(before.wall)}`
			: undefined;
	}

	return now.wall - before.wall > longestOff
		? `the clock says ${when(now.wall)}, ${formatDuration(now.wall - before.wall)} later than before this machine was started anew`
		: undefined;
};

const problemOf = ({reason}: {readonly reason: string}, left: number): string =>
	`nothing is removed for now, as ${reason}; if the clock is right now, removal starts again when it has run true for an hour (in ${formatDuration(Math.max(minute, left))} at the earliest)`;

const doubted = (now: ClockLook, reason: string): ClockJudgement => {
	const doubt = {...now, reason};
	return {record: {...now, doubt}, problem: problemOf(doubt, probation)};
};

/**
Compares a look at the clock with what is remembered. After a step back of more than 5 minutes, a drift of more than an hour between clock and time since boot, or a jump of more than 30 days while the machine was off, the clock is in doubt until two looks an hour apart, by the time since boot, agree.

@param before - `undefined` if nothing is remembered: then the clock is believed
*/
export const judgeClock = (before: ClockRecord | undefined, now: ClockLook): ClockJudgement => {
	if (before === undefined) {
		return {record: now};
	}

	const {doubt} = before;
	if (doubt === undefined) {
		const strange = strangeness(before, now);
		return strange === undefined ? {record: now} : doubted(now, strange);
	}

	if (!isSameBoot(doubt, now) || Math.abs(gain(doubt, now)) > backward) {
		return doubted(now, doubt.reason);
	}

	const trueFor = now.uptime - doubt.uptime;
	return trueFor >= probation
		? {record: now}
		: {record: {...now, doubt}, problem: problemOf(doubt, probation - trueFor)};
};

/** Reads what `formatClock` has written. @returns `undefined` if it is no record */
export const parseClock = (text: string): ClockRecord | undefined => {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}

	const look = lookOf(value);
	if (look === undefined) {
		return undefined;
	}

	const {doubt} = value as {readonly doubt?: unknown};
	if (doubt === undefined) {
		return look;
	}

	const since = lookOf(doubt);
	const {reason} = (doubt ?? {}) as {readonly reason?: unknown};
	return since === undefined || typeof reason !== 'string' ? undefined : {...look, doubt: {...since, reason}};
};

const isTime = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(new Date(value).getTime());

const lookOf = (value: unknown): ClockLook | undefined => {
	if (typeof value !== 'object' || value === null) {
		return undefined;
	}

	const {boot, wall, uptime} = value as Record<string, unknown>;
	return typeof boot === 'string' && isTime(wall) && isTime(uptime) ? {boot, wall, uptime} : undefined;
};

export const formatClock = (record: ClockRecord): string => `${JSON.stringify(record)}\n`;
