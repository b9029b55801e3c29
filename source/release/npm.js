import {cp, mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {execute, root} from './staging.js';

/** What whoever installs the package needs of package.json. All that the program imports is in it, so nothing else is downloaded, and nothing is run. */
const kept = ['name', 'version', 'description', 'keywords', 'license', 'author', 'repository', 'type', 'bin', 'man', 'exports', 'types', 'files', 'engines'];

/**
Makes `sojourn-VERSION.tgz` for `npm install`.

@param {string} output - the folder for it
@param {string} folder - empty; for what is made on the way
@returns {Promise<string>} its name
*/
export const makeNpmPackage = async (output, folder) => {
	await mkdir(folder, {recursive: true});
	const description = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
	const release = path.join(root, 'dist/release');
	await cp(path.join(root, 'dist'), path.join(folder, 'dist'), {recursive: true, filter: source => source !== release});
	for (const name of ['README.md', 'LICENSE']) {
		await cp(path.join(root, name), path.join(folder, name));
	}

	const entries = kept.filter(key => description[key] !== undefined).map(key => [key, description[key]]);
	await writeFile(path.join(folder, 'package.json'), `${JSON.stringify(Object.fromEntries(entries), undefined, '\t')}\n`);
	await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', output], {cwd: folder});
	return `${description.name}-${description.version}.tgz`;
};
