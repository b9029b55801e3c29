import {expect, test} from 'vitest';
import {plant, temporaryFolder} from '../helpers/folders.js';
import {openHome, openProgram} from '../helpers/program.js';

const program = openProgram();

test('names that other systems do not keep are told, the first ten of many, and are exact in the archive', async () => {
	const home = openHome(program, await temporaryFolder());
	const place = `${home.outputs}/${await home.session()}`;
	plant(place, Object.fromEntries(Array.from({length: 12}, (_, index) => [`single/run:${index + 10}.txt`, 'text'])));
	const told = async (...flags: readonly string[]): Promise<string[]> => {
		const {code, stderr} = await home.run(['export', '--zip', ...flags]);
		expect(code).toBe(0);
		return stderr.trimEnd().split('\n');
	};

	const lines = await told();
	expect(lines).toHaveLength(11);
	expect(lines[0]).toMatch(/^single\/run:\d\d\.txt: Windows allows no : in names; in the archive it is exact$/);
	expect(lines[10]).toBe('and 2 more names like these (--verbose tells all)');
	const all = await told('--verbose');
	expect(all.filter(line => line.endsWith('; in the archive it is exact'))).toHaveLength(12);
	expect(await home.run(['export', '--zip', '--quiet'])).toMatchObject({code: 0, stderr: ''});
});
