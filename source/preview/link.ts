import type {Facts, Outputs} from '../outputs/outputs.js';
import {codeOf, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes} from '../text/size.js';
import type {Detail, Preview} from './shapes.js';

/**
Where a link leads within its session: the path of an output, or `undefined` if it leads out of it.

@param root - the directory of all sessions, absolute
*/
const targetIn = (root: string, path: string, target: string): string | undefined => {
	const [session = ''] = path.split('/', 1);
	const isAbsolute = target.startsWith('/');
	if (isAbsolute && !target.startsWith(`${root}/`)) {
		return undefined;
	}

	const names = isAbsolute ? [] : path.split('/').slice(0, -1);
	for (const name of (isAbsolute ? target.slice(root.length) : target).split('/')) {
		if (name === '..') {
			if (names.pop() === undefined) {
				return undefined;
			}
		} else if (name !== '' && name !== '.') {
			names.push(name);
		}
	}

	return names.length > 0 && names[0] === session ? names.join('/') : undefined;
};

const describeTarget = async (outputs: Outputs, target: string): Promise<string> => {
	try {
		const {type, bytes} = await outputs.stat(target);
		switch (type) {
			case 'file': {
				return `a file of ${formatBytes(bytes)}`;
			}

			case 'directory': {
				return 'a folder';
			}

			case 'symlink': {
				return 'another link, which is not followed';
			}

			case 'other': {
				return 'a pipe, a socket or a device';
			}
		}
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return 'nothing: the link is broken';
		}

		return codeOf(error) === 'ELOOP' || codeOf(error) === 'ENOTDIR'
			? 'unknown: another link stands on the way, which is not followed'
			: `unknown: ${reasonOf(error)}`;
	}
};

/** Where a symbolic link points. It is not followed: what it leads to is looked at by its own path, and only within the session. */
export const readLink = async (outputs: Outputs, path: string, facts: Facts): Promise<Preview> => {
	const details: Detail[] = [];
	const {local} = outputs;
	if (local !== undefined) {
		const target = await local.readLink(path);
		const within = targetIn(local.directory, path, target);
		details.push(['points to', printable(target)], ['there is', within === undefined ? 'not looked at: it lies outside of the session' : await describeTarget(outputs, within)], '');
	}

	return {
		kind: 'facts', title: 'symbolic link', details: [...details, 'links are not followed, and not exported'], facts,
	};
};
