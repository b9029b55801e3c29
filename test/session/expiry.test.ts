import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {
	activeFor,
	cutoff,
	entryEvidence,
	futureTolerance,
	judge,
	markerEvidence,
	newer,
	stateOf,
	type Evidence,
} from '../../source/session/expiry.js';
import {isKept, laterKeep, parseKeepFile, formatKeepFile} from '../../source/session/keep.js';
import type {Marker} from '../../source/session/marker.js';

const now = Date.UTC(2026, 10, 22, 12);
const hour = 3_600_000;
const policy = {maxAgeHours: 24, now};
const seenAt = (time: number): Evidence => ({path: 'single/a.png', source: 'mtime', time});
const marker: Marker = {id: '0b5c3f1e-9a77-4d0e-8b2a-3c1d5e6f7a8b', createdAt: now - (90 * hour), lastActiveAt: now - (30 * hour)};

describe('expiry', () => {
	it('is strict: what was active exactly at the cutoff is young', () => {
		expect(cutoff(policy)).toBe(now - (24 * hour));
		expect(judge(seenAt(now - (24 * hour)), policy)).toBe('young');
		expect(judge(seenAt(now - (24 * hour) - 1), policy)).toBe('expired');
		expect(stateOf(undefined, now - (24 * hour), policy)).toBe('idle');
		expect(stateOf(undefined, now - (24 * hour) - 1, policy)).toBe('expired');
	});

	it('is strict for any timeout, and a listing agrees with the sweep', () => {
		fc.assert(fc.property(fc.double({
			min: 0.001, max: 87_600, noNaN: true,
		}), fc.integer({min: -hour, max: hour}), (maxAgeHours, offset) => {
			const own = {maxAgeHours, now};
			const time = cutoff(own) + offset;
			fc.pre(time <= now);
			expect(judge(seenAt(time), own)).toBe(offset < 0 ? 'expired' : 'young');
			expect(stateOf(undefined, time, own) === 'expired').toBe(offset < 0);
		}));
	});

	it('believes a time up to 5 minutes ahead of the clock, and doubts one further ahead', () => {
		expect(futureTolerance).toBe(300_000);
		expect(judge(seenAt(now + futureTolerance), policy)).toBe('young');
		expect(judge(seenAt(now + futureTolerance + 1), policy)).toBe('doubtful');
	});
});

describe('evidence', () => {
	test.each([
		['the newer of the two, an mtime', {modifiedAt: now - 1, changedAt: now - 2}, 'mtime', now - 1],
		['the newer of the two, a ctime', {modifiedAt: now - 2, changedAt: now - 1}, 'ctime', now - 1],
		['the ctime where the mtime was set into the future', {modifiedAt: now + hour, changedAt: now - hour}, 'ctime', now - hour],
		['an mtime of this very moment', {modifiedAt: now, changedAt: now - hour}, 'mtime', now],
		['a future time where the ctime is in the future, too', {modifiedAt: now + (2 * hour), changedAt: now + hour}, 'mtime', now + (2 * hour)],
		['a ctime in the future', {modifiedAt: now - hour, changedAt: now + hour}, 'ctime', now + hour],
	] as const)('of an entry is %s', (_, times, source, time) => {
		expect(entryEvidence('bulk/a', times, now)).toEqual({path: 'bulk/a', source, time});
	});

	it('of a marker is the newest of its times, a keep being none', () => {
		expect(markerEvidence({...marker, keepUntil: now + hour}, '.session.json')).toEqual({path: '.session.json', source: 'marker', time: marker.lastActiveAt});
		expect(markerEvidence({...marker, createdAt: now}, '.session.json').time).toBe(now);
	});

	it('adds up to the newest', () => {
		expect(newer(undefined, undefined)).toBeUndefined();
		expect(newer(seenAt(1), undefined)).toEqual(seenAt(1));
		expect(newer(undefined, seenAt(1))).toEqual(seenAt(1));
		expect(newer(seenAt(1), seenAt(2))).toEqual(seenAt(2));
		expect(newer(seenAt(2), seenAt(1))).toEqual(seenAt(2));
	});
});

describe('a keep', () => {
	test.each([
		[undefined, false], ['forever', true], [now + 1, true], [now, false], [now - 1, false],
	] as const)('until %s holds now: %s', (keepUntil, kept) => {
		expect(isKept(keepUntil, now)).toBe(kept);
		expect(stateOf(keepUntil, marker.lastActiveAt, policy)).toBe(kept ? 'kept' : 'expired');
	});

	test.each([
		[undefined, undefined, undefined], [1, undefined, 1], [undefined, 1, 1], [1, 2, 2], [2, 1, 2], ['forever', 2, 'forever'], [2, 'forever', 'forever'], [undefined, 'forever', 'forever'],
	] as const)('of %s and %s the later is %s', (a, b, later) => {
		expect(laterKeep(a, b)).toBe(later);
	});

	it('comes back from the file that root writes, and from nothing else', () => {
		for (const keep of [now, 'forever'] as const) {
			expect(parseKeepFile(formatKeepFile(keep))).toBe(keep);
		}

		for (const text of ['', 'null', '1', '{}', '[]', '{"version":2,"keepUntil":"forever"}', '{"version":1}', '{"version":1,"keepUntil":"always"}', '{"version":1,"keepUntil":1}']) {
			expect(parseKeepFile(text)).toBeUndefined();
		}
	});
});

describe('the state', () => {
	test.each([
		[now, 'active'], [now - activeFor, 'active'], [now - activeFor - 1, 'idle'], [now + hour, 'active'],
	] as const)('of a session last active at %d is %s', (lastActiveAt, state) => {
		expect(stateOf(undefined, lastActiveAt, policy)).toBe(state);
	});
});
