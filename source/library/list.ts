import {sortOutputs} from '../outputs/tree-order.js';
import type {Facts} from '../outputs/outputs.js';
import {parts} from '../outputs/read-session.js';
import {codeOf, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {atBoundary} from './boundary.js';
import {OutputNotFoundError, SojournError} from './errors.js';
import {checkOutputPath, withSession} from './find.js';
import {outputOf, statOutput} from './look.js';
import type {Output, SessionOptions, TaskOptions, ViewOptions} from './types.js';

/**
The outputs of a session, those of `single` first: folders, then what they hold, each in natural order. Nothing is changed by looking.

@param options.path - only what lies below this folder, or this one file; by default all of `single` and `bulk`
@param options.onUnreadable - told of each part that cannot be read, which is passed over then; without it the first one is an error
@throws {OutputNotFoundError} if there is nothing at `path`
@throws {SessionNotFoundError}
@throws {SojournError} if a part cannot be read, and nobody is told of that
*/
export const listOutputs = async (options: SessionOptions & ViewOptions & TaskOptions & {
	readonly path?: string | undefined;
	readonly onUnreadable?: ((path: string, reason: string) => void) | undefined;
}): Promise<Output[]> => atBoundary(async () => withSession(options, async ({id}, {outputs}) => {
	const {path, onUnreadable, signal} = options;
	const found: Output[] = [];
	for (const root of path === undefined ? parts : [checkOutputPath(path)]) {
		let facts: Facts;
		try {
			facts = await statOutput(outputs, id, root);
		} catch (error) {
			// A session that another program made may have only one of the two.
			if (path === undefined && error instanceof OutputNotFoundError) {
				continue;
			}

			throw error;
		}

		if (facts.type !== 'directory') {
			found.push(outputOf(root, facts));
			continue;
		}

		for await (const chunk of outputs.walk(`${id}/${root}`, {signal})) {
			for (const entry of chunk) {
				const entryPath = entry.path.slice(id.length + 1);
				if ('facts' in entry) {
					found.push(outputOf(entryPath, entry.facts));
				} else if (onUnreadable === undefined) {
					throw new SojournError(`cannot read ${printable(entryPath)}: ${reasonOf(entry.error)}`, codeOf(entry.error), {cause: entry.error});
				} else {
					onUnreadable(entryPath, reasonOf(entry.error));
				}
			}
		}
	}

	return sortOutputs(found);
}), options.signal);
