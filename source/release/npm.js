import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {execute, layOut, root} from './staging.js';

/** What whoever installs the package needs of package.json. All that the program imports is in it, so nothing else is downloaded, and nothing is run. */
const kept = ['name', 'version', 'description', 'keywords', 'license', 'author', 'repository', 'type', 'bin', 'man', 'exports', 'types', 'files', 'engines'];

/**
Makes `sojourn-VERSION.tgz` for `npm install`.

@param {string} output - the folder for it
@param {string} folder - empty; for what is made on the way
@param {number} time - seconds since 1970
@returns {Promise<string>} its name
*/
export const makeNpmPackage = async (output, folder, time) => {
	const description = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
	const entries = kept.filter(key => description[key] !== undefined).map(key => [key, description[key]]);
	const {stdout} = await execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {cwd: root});
	const [{files}] = Object.values(JSON.parse(stdout));
	await layOut(folder, [
		...files.map(file => ({to: file.path, from: path.join(root, file.path), mode: file.path === description.bin.sojourn ? 0o755 : 0o644})),
		{to: 'package.json', text: `${JSON.stringify(Object.fromEntries(entries), undefined, '\t')}\n`},
	].toSorted((one, other) => one.to < other.to ? -1 : Number(one.to > other.to)), time);
	await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', output], {cwd: folder});
	return `${description.name}-${description.version}.tgz`;
};
