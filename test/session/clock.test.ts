import fc from 'fast-check';
import {describe, expect, it, test} from 'vitest';
import {formatClock, judgeClock, parseClock, type ClockJudgement, type ClockLook, type ClockRecord} from '../../source/session/clock.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const start = Date.UTC(2026, 10, 22, 12);
const look = (changes: Partial<ClockLook> = {}): ClockLook => ({boot: 'first', wall: start, uptime: 100 * day, ...changes});

/** A look some time later; the clock may have gone further than time has. */
const later = ({boot, wall, uptime}: ClockLook, time: number, gained = 0): ClockLook => ({boot, wall: wall + time + gained, uptime: uptime + time});

/** What is made of several looks, one after the other. */
const judgeAll = (looks: readonly ClockLook[]): ClockJudgement[] => {
	let record: ClockRecord | undefined;
	return looks.map(now => {
		const judgement = judgeClock(record, now);
		({record} = judgement);
		return judgement;
	});
};

const problems = (...looks: readonly ClockLook[]): Array<string | undefined> => judgeAll(looks).map(({problem}) => problem);

const isTrusted = (...looks: readonly ClockLook[]): boolean => problems(...looks).at(-1) === undefined;

const first = look();

describe('a clock', () => {
	it('of which nothing is known is believed', () => {
		expect(judgeClock(undefined, first)).toEqual({record: first});
	});

	test.each<[string, boolean, ClockLook]>([
		['that goes on', true, later(first, hour)],
		['that is looked at twice at once', true, first],
		['of a machine that was asleep for a year', true, later(first, 365 * day)],
		['set back by 5 minutes', true, later(first, 0, -5 * minute)],
		['set back by more', false, later(first, 0, (-5 * minute) - 1)],
		['set back by ten minutes over a day: less than an hour in all, and never before what it said', true, later(first, day, -10 * minute)],
		['that was behind by an hour', true, later(first, day, hour)],
		['that was behind by more', false, later(first, day, hour + 1)],
		['that was ahead by an hour', true, later(first, day, -hour)],
		['that was ahead by more', false, later(first, day, -hour - 1)],
		['of a machine that was off for 30 days', true, {boot: 'second', wall: start + (30 * day), uptime: minute}],
		['of a machine that was off for longer', false, {boot: 'second', wall: start + (30 * day) + 1, uptime: minute}],
		['of a machine that wakes in 1970', false, {boot: 'second', wall: 0, uptime: minute}],
		['of a machine whose system tells no boot', false, look({boot: 'second', wall: start - hour, uptime: 0})],
		['whose boot is told by the time since boot alone', true, look({wall: start + day, uptime: minute})],
	])('%s is believed: %s', (_, expected, now) => {
		expect(isTrusted(first, now)).toBe(expected);
	});

	it('that was wrong says what was strange, as a sentence, also later on', () => {
		const [, back, still] = problems(first, later(first, hour, -3 * hour), later(first, hour + (20 * minute), -3 * hour));
		expect(back).toMatch(/^nothing is removed for now, as the clock went back by 2h.*: it says 2026-11-22T10:00:00\.000Z, and has said 2026-11-22T12:00:00\.000Z before; .*\(in 1h.* at the earliest\)$/);
		expect(still).toContain('as the clock went back by 2h');
		expect(still).toMatch(/\(in 40m.* at the earliest\)$/);
		expect(problems(first, later(first, hour, 5 * hour))[1]).toContain('the clock was set forward by 5h');
		expect(problems(first, later(first, day, -5 * hour))[1]).toContain('the clock was set back by 5h');
		expect(problems(first, {boot: 'second', wall: start + (60 * day), uptime: 0})[1]).toContain('the clock says 2027-01-21T12:00:00.000Z, 60d');
	});
});

describe('a clock in doubt', () => {
	const jump = later(first, 0, 100 * day);

	it('is believed when two looks an hour apart agree, however many there are in between', () => {
		expect(problems(first, jump, ...[10, 59, 59.999].map(minutes => later(jump, minutes * minute))).slice(1)).toEqual([1, 2, 3, 4].map(() => expect.any(String) as string));
		expect(isTrusted(first, jump, later(jump, hour))).toBe(true);
		expect(isTrusted(first, jump, later(jump, 30 * minute), later(jump, hour - 1))).toBe(false);
		expect(isTrusted(first, jump, later(jump, 30 * minute), later(jump, hour))).toBe(true);
		expect(judgeAll([first, jump, later(jump, hour)]).at(-1)).toEqual({record: later(jump, hour)});
	});

	it('is doubted anew when it is set once more within the hour, also if it is put right', () => {
		const right = later(first, 30 * minute);
		expect(isTrusted(first, jump, right, later(jump, hour))).toBe(false);
		expect(isTrusted(first, jump, right, later(right, hour - 1))).toBe(false);
		expect(isTrusted(first, jump, right, later(right, hour))).toBe(true);
		// What a time server corrects little by little is no reason.
		expect(isTrusted(first, jump, later(jump, hour, 5 * minute))).toBe(true);
		expect(isTrusted(first, jump, later(jump, hour, (5 * minute) + 1))).toBe(false);
	});

	it('starts the hour anew with each start of the machine', () => {
		const second = {boot: 'second', wall: jump.wall + (50 * minute), uptime: minute};
		expect(isTrusted(first, jump, second, later(second, 59 * minute))).toBe(false);
		expect(isTrusted(first, jump, second, later(second, hour))).toBe(true);
		// Off for an hour, and on for a moment: nobody has seen it run.
		expect(isTrusted(first, jump, {boot: 'second', wall: jump.wall + (2 * hour), uptime: 0})).toBe(false);
		// So shortly after the start that the next boot is as long as the time since.
		const early = {boot: 'second', wall: jump.wall, uptime: minute};
		expect(isTrusted(first, early, {boot: 'third', wall: jump.wall + (62 * minute), uptime: 61 * minute})).toBe(false);
		expect(isTrusted(first, early, {boot: 'second', wall: jump.wall + (62 * minute), uptime: 61 * minute})).toBe(true);
		// Where no boot is told from another the time since boot tells.
		expect(isTrusted(first, jump, {...jump, wall: jump.wall + (2 * hour), uptime: minute})).toBe(false);
	});

	it('is not believed for time asleep that the clock does not know of', () => {
		expect(isTrusted(first, jump, {...jump, uptime: jump.uptime + (8 * hour)})).toBe(false);
		expect(isTrusted(first, jump, later(jump, 8 * hour))).toBe(true);
	});
});

const looks = fc.record({
	boot: fc.constantFrom('a', 'b', ''),
	wall: fc.oneof(fc.integer({min: start, max: start + (3 * hour)}), fc.integer({min: 0, max: start + (400 * day)})),
	uptime: fc.integer({min: 0, max: 5 * hour}),
});

describe('whatever happens', () => {
	it('a clock that runs true is never doubted: awake, asleep, off for a month, and corrected by a minute now and then', () => {
		const step = fc.record({
			time: fc.oneof(fc.integer({min: 0, max: 2 * hour}), fc.integer({min: 0, max: 29 * day})),
			isOff: fc.boolean(),
			error: fc.integer({min: -minute, max: minute}),
		});
		fc.assert(fc.property(fc.array(step, {maxLength: 30}), steps => {
			let [time, booted, boot] = [0, 0, 0];
			const seen = steps.map(({time: passed, isOff, error}) => {
				time += passed;
				if (isOff) {
					boot++;
					booted = time;
				}

				return {boot: `boot ${boot}`, wall: start + time + error, uptime: time - booted};
			});
			expect(judgeAll(seen).filter(({problem}) => problem !== undefined)).toEqual([]);
		}));
	});

	it('a doubted clock is never believed before it was seen to run true for an hour, in one boot', () => {
		fc.assert(fc.property(fc.array(looks, {maxLength: 30}), seen => {
			const doubted: ClockLook[] = []; // Since it was last believed.
			for (const [index, {problem}] of judgeAll(seen).entries()) {
				const now = seen[index]!;
				if (problem !== undefined) {
					doubted.push(now);
					continue;
				}

				if (doubted.length > 0) {
					expect(doubted.some(({boot, wall, uptime}) => boot === now.boot && now.uptime - uptime >= hour && Math.abs((now.wall - wall) - (now.uptime - uptime)) <= 5 * minute)).toBe(true);
				}

				doubted.length = 0;
			}
		}), {numRuns: 1000});
	});

	it('no two looks in a row are believed of which the second says much less or much more than time has passed', () => {
		fc.assert(fc.property(fc.array(looks, {maxLength: 30}), seen => {
			const judgements = judgeAll(seen);
			for (const [index, now] of seen.entries()) {
				const before = seen[index - 1];
				if (before === undefined || judgements[index]!.problem !== undefined || judgements[index - 1]!.problem !== undefined) {
					continue;
				}

				expect(now.wall).toBeGreaterThanOrEqual(before.wall - (5 * minute));
				expect(now.wall - before.wall - Math.max(0, now.uptime - before.uptime)).toBeLessThanOrEqual(30 * day);
			}
		}));
	});
});

describe('what is remembered', () => {
	it('is read as it was written', () => {
		fc.assert(fc.property(looks, fc.option(fc.tuple(looks, fc.string({unit: 'binary'})), {nil: undefined}), (now, doubt) => {
			const record: ClockRecord = {...now, ...(doubt !== undefined && {doubt: {...doubt[0], reason: doubt[1]}})};
			expect(parseClock(formatClock(record))).toEqual(record);
		}));
	});

	test.each([
		'', '{', 'null', '[]', '1', '{}',
		'{"boot":"a","wall":1}', '{"boot":1,"wall":1,"uptime":1}', '{"boot":"a","wall":"1","uptime":1}',
		'{"boot":"a","wall":1e300,"uptime":1}', '{"boot":"a","wall":1,"uptime":null}',
		'{"boot":"a","wall":1,"uptime":1,"doubt":true}', '{"boot":"a","wall":1,"uptime":1,"doubt":null}', '{"boot":"a","wall":1,"uptime":1,"doubt":{"boot":"a","wall":1,"uptime":1}}',
	])('and broken is no record: %s', text => {
		expect(parseClock(text)).toBeUndefined();
	});

	it('may be anything, and never makes it throw', () => {
		fc.assert(fc.property(fc.json(), looks, (text, now) => {
			judgeClock(parseClock(text), now);
		}));
	});
});
