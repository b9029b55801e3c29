import {plural} from './size.js';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
An age in milliseconds in at most 4 characters; one in the future is `now`, one of more than 999 years, which a file system can hold, is `999y`.

@example
formatAge(5 * 60_000) //=> '5m'
*/
export const formatAge = (milliseconds: number): string => {
	if (milliseconds < 10 * second) {
		return 'now';
	}

	if (milliseconds < minute) {
		return `${Math.floor(milliseconds / second)}s`;
	}

	if (milliseconds < hour) {
		return `${Math.floor(milliseconds / minute)}m`;
	}

	if (milliseconds < 2 * day) {
		return `${Math.floor(milliseconds / hour)}h`;
	}

	return milliseconds < 1000 * day
		? `${Math.floor(milliseconds / day)}d`
		: `${Math.min(999, Math.floor(milliseconds / (365.25 * day)))}y`;
};

/**
A duration in milliseconds by its two largest units.

@example
formatDuration(86_340_000) //=> '23h 59m'
*/
export const formatDuration = (milliseconds: number): string => {
	const rest = Math.max(0, milliseconds);
	if (rest < minute) {
		return `${Math.floor(rest / second)}s`;
	}

	if (rest < hour) {
		return `${Math.floor(rest / minute)}m ${Math.floor((rest % minute) / second)}s`;
	}

	return rest < 2 * day
		? `${Math.floor(rest / hour)}h ${Math.floor((rest % hour) / minute)}m`
		: `${Math.floor(rest / day)}d ${Math.floor((rest % day) / hour)}h`;
};

/**
An age in milliseconds in words.

@example
describeAge(5 * 60_000) //=> '5 minutes old'
*/
export const describeAge = (milliseconds: number): string => {
	if (milliseconds < 10 * second) {
		return 'just made';
	}

	const units = [['year', 365.25 * day, 1000 * day], ['day', day, 2 * day], ['hour', hour, hour], ['minute', minute, minute], ['second', second, 0]] as const;
	const [unit, length] = units.find(candidate => milliseconds >= candidate[2])!;
	return `${plural(Math.floor(milliseconds / length), unit)} old`;
};
