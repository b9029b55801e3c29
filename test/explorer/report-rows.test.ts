import {expect, test} from 'vitest';
import {reportRows} from '../../source/explorer/report-rows.js';

test.each([
	[['short', ''], 20, ['short', '']],
	[['kept     aaaa  held: a program has it'], 20, ['kept     aaaa  held:', '    a program has it']],
	[['a-name-that-is-wider-than-all after it'], 12, ['a-name-that-', 'is-wider-tha', 'n-all', '    after it']],
	[['語語語 語語語'], 10, ['語語語', '    語語語']],
	[['語語語'], 5, ['語語', '語']],
	[['語'], 1, ['語']],
])('a report of %j is broken between words where %i columns end', (lines, columns, rows) => {
	expect(reportRows(lines, columns)).toEqual(rows);
});
