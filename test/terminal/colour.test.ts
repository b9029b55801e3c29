import {expect, test} from 'vitest';
import {launch, makePlace, sessionId, type Place} from '../helpers/sojourn.js';

const outputOf = async (place: Place, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
	const terminal = launch(place, args, {columns: 120, env: {SOJOURN_SESSION: sessionId, ...env}});
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	return terminal.output();
};

test('what is printed has colours on a terminal, and none with NO_COLOR or where the terminal has none', async () => {
	const place = await makePlace({'single/a.txt': '', 'bulk/b/\u{1B}[31mred': ''});
	for (const [args, coloured] of [
		[['ls'], '\u{1B}[1m\u{1B}[34mbulk/b\u{1B}[39m\u{1B}[22m\r\n'],
		[['ls', '--tree'], '\u{1B}[1m\u{1B}[34msingle\u{1B}[39m\u{1B}[22m/\r\n'],
		[['sessions'], '\u{1B}[32mkept \u{1B}[39m  '],
	] as const) {
		expect(await outputOf(place, args)).toContain(coloured);
		for (const env of [{NO_COLOR: '1'}, {TERM: 'dumb'}]) {
			expect(await outputOf(place, args, env)).not.toContain('\u{1B}');
		}
	}
});
