import {describe, expect, it} from 'vitest';
import type {SweepReport} from '../../source/outputs/sweep.js';
import {topLayer} from '../../source/explorer/model.js';
import {exportTask, now, openExplorer, type Explorer} from '../helpers/explorer.js';

const hour = 3_600_000;

const tick = (explorer: Explorer, time: number): void => {
	explorer.send({type: 'clock-ticked', now: time});
};

describe('the session that is open', () => {
	it('is held until nobody has pressed a key for the timeout, and again with the next key', () => {
		const explorer = openExplorer({single: ['a.txt', 'b.txt']});
		expect(explorer.model().isHeld).toBe(true);
		tick(explorer, now + (24 * hour));
		expect(explorer.wanted('release')).toEqual([]);
		tick(explorer, now + (24 * hour) + 1);
		expect(explorer.wanted('release')).toHaveLength(1);
		expect(explorer.model().notice?.text).toBe('no key was pressed for 24h 0m: the session is not held any more, and expires as any other');
		tick(explorer, now + (30 * hour));
		expect(explorer.wanted('release')).toEqual([]);
		expect(explorer.wanted('hold')).toEqual([]);
		explorer.press('j');
		expect(explorer.wanted('hold')).toHaveLength(1);
		expect(explorer.model().isHeld).toBe(true);
		explorer.press('j');
		expect(explorer.wanted('hold')).toEqual([]);
	});

	it('counts the time from the last key, whatever it does', () => {
		const explorer = openExplorer({single: ['a.txt']});
		tick(explorer, now + (20 * hour));
		explorer.press('F');
		tick(explorer, now + (43 * hour));
		expect(explorer.wanted('release')).toEqual([]);
		tick(explorer, now + (44 * hour) + 1);
		expect(explorer.wanted('release')).toHaveLength(1);
	});

	it('stays held while a task runs', () => {
		const explorer = openExplorer({single: ['a.txt']}, {changes: {tasks: [exportTask()]}});
		tick(explorer, now + (48 * hour));
		expect(explorer.wanted('release')).toEqual([]);
		explorer.send({type: 'export-finished', id: 1, text: 'done', problems: [], nextTo: '.'});
		tick(explorer, now + (49 * hour));
		expect(explorer.wanted('release')).toHaveLength(1);
	});

	it('that is gone when it is to be held again is told', () => {
		const explorer = openExplorer({single: ['a.txt']});
		explorer.send({type: 'hold-failed', problem: 'the session 11111111 is gone: it was removed meanwhile'});
		expect(explorer.model().notice).toEqual({kind: 'problem', text: 'the session 11111111 is gone: it was removed meanwhile'});
	});
});

describe('the last sweep', () => {
	const report: SweepReport = {
		isDryRun: false,
		removed: [{id: 'aaaaaaaa-1111-4111-8111-111111111111', files: 2, bytes: 2048, lastActiveAt: now - (30 * hour), evidence: {path: 'single/a\u{1B}[31m', source: 'ctime', time: now - (30 * hour)}}],
		kept: [{id: 'bbbbbbbb-1111-4111-8111-111111111111', reason: 'held: process 4711 (ffmpeg) has a file in it open: single/a-film-with-a-very-long-name-that-does-not-fit.mkv'}],
		recovered: [{id: 'cccccccc-1111-4111-8111-111111111111'}],
		unmanaged: [{name: 'photos\n'}],
		failed: [{id: 'dddddddd-1111-4111-8111-111111111111', error: 'permission denied'}],
		warnings: ['somebody else made .sojourn-1000'],
	};

	const linesOf = (explorer: Explorer): readonly string[] => {
		explorer.press('S');
		const layer = topLayer(explorer.model());
		return layer?.type === 'report' ? layer.lines : [];
	};

	it('can be read in full: what went and why, and what kept the others', () => {
		const explorer = openExplorer({single: ['a.txt']});
		expect(linesOf(explorer)).toEqual(['it is still at work…']);
		explorer.send({type: 'sweep-finished', report});
		const layer = topLayer(explorer.model());
		expect(layer?.type === 'report' ? layer.lines : []).toEqual([
			String.raw`removed  aaaaaaaa  2 files, 2.0 KB; last active 30h 0m ago: ctime of single/a\x1b[31m`,
			'put back cccccccc  after an interrupted removal',
			'failed   dddddddd  permission denied',
			'kept     bbbbbbbb  held: process 4711 (ffmpeg) has a file in it open: single/a-film-with-a-very-long-name-that-does-not-fit.mkv',
			String.raw`no session, never touched: photos\x0a`,
			'warning: somebody else made .sojourn-1000',
		]);
		explorer.press('q');
		expect(topLayer(explorer.model())).toBeUndefined();
	});

	it('that was refused says why, in the status bar and in full; another that is at work is nothing to tell', () => {
		const nothing: SweepReport = {isDryRun: false, removed: [], kept: [], recovered: [], unmanaged: [], failed: []};
		const explorer = openExplorer({single: ['a.txt']});
		explorer.send({type: 'sweep-finished', report: {...nothing, skipped: 'busy', detail: 'another sweep is at work'}});
		expect(explorer.model().notice).toBeUndefined();
		explorer.send({type: 'sweep-finished', report: {...nothing, skipped: 'clock', detail: 'the clock went back'}});
		expect(explorer.model().notice).toEqual({kind: 'problem', text: 'the clock went back'});
		expect(linesOf(explorer)).toEqual(['nothing was removed: the clock went back']);
	});

	it('is none where it was not asked for', () => {
		expect(linesOf(openExplorer({}, {changes: {sweep: {state: 'idle'}}}))).toEqual(['no sweep was asked for (--no-sweep)']);
	});
});
