import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {root} from './staging.js';

/** The block of the README that follows `<!-- recipe: NAME -->`. */
const recipe = (readme, name) => {
	const block = new RegExp(`^<!-- recipe: ${name} -->\\n\`\`\`[a-z]*\\n(?<text>[\\s\\S]*?)^\`\`\`$`, 'm').exec(readme);
	if (block === null) {
		throw new Error(`README.md has no recipe "${name}"`);
	}

	return block.groups.text;
};

/** The units of the sweep, by name: those that the README recommends, with the place of the program that the package has. */
export const units = async () => {
	const readme = await readFile(path.join(root, 'README.md'), 'utf8');
	return {
		'sojourn-sweep.service': recipe(readme, 'service').replace('/usr/local/bin/sojourn', '/usr/bin/sojourn'),
		'sojourn-sweep.timer': recipe(readme, 'timer'),
	};
};
