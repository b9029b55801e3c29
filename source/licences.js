import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';

/** An order that is the same in all languages. */
const compare = (one, other) => one < other ? -1 : Number(one > other);

/** The folders of the packages of which something is in a bundle, from what esbuild says of it. */
const packagesOf = metafiles => new Set(metafiles
	.flatMap(({outputs}) => Object.values(outputs))
	.flatMap(({inputs}) => Object.entries(inputs))
	.filter(([, {bytesInOutput}]) => bytesInOutput > 0)
	.map(([file]) => file)
	.map(file => /^(?<folder>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.groups.folder)
	.filter(folder => folder !== undefined));

const licenceOf = async folder => {
	const {name, version, license} = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
	const names = await readdir(folder);
	const texts = await Promise.all(names.filter(file => /^(?:licen[cs]e|copying)/i.test(file)).sort(compare).map(async file => readFile(path.join(folder, file), 'utf8')));
	return `${name} ${version} (${license})\n\n${texts.map(text => text.replaceAll('\r', '').trim()).join('\n\n')}`.trim();
};

/**
What a built program must say of the packages that are in it: of each its name, version and licence.

@param {readonly object[]} metafiles - of its bundles, as esbuild gives them
@param {string} root - what their paths are relative to
*/
export const licencesOf = async (metafiles, root) => {
	const folders = [...packagesOf(metafiles)];
	const licences = new Set(await Promise.all(folders.map(async folder => licenceOf(path.join(root, folder)))));
	return `The program contains these packages:\n\n${[...licences].sort(compare).join('\n\n----\n\n')}\n`;
};
