import {atBoundary} from './boundary.js';
import {withSession} from './find.js';
import type {OpenedOutputs, OutputChange, SessionOptions, ViewOptions} from './types.js';
import {openOutputs} from './outputs.js';
import {OutputsWatch} from './watch.js';

/**
Tells of outputs that are added, changed or removed, whichever program does it, until the signal is aborted, the loop is left, or the session is gone. Links are not followed, a folder is told of when it comes and goes, and files that are still being added by sojourn are not told of. Where the system cannot watch (network file systems, no watch left) it looks every 2 seconds. Nothing is changed by watching, and the session is not held.

@param options.existing - begin with all that is there, as `added`, so that nothing is missed in between
@throws {SessionNotFoundError}

@example
for await (const {change, output} of watchOutputs({session, existing: true})) {
	console.log(change, output.path);
}
*/
export async function * watchOutputs(options: SessionOptions & ViewOptions & {readonly signal?: AbortSignal | undefined; readonly existing?: boolean | undefined}): AsyncGenerator<OutputChange, void, undefined> {
	const {outputs, signal, existing = false} = options;
	if (signal?.aborted) {
		return;
	}

	// It stays open for as long as the loop goes on.
	const opened: OpenedOutputs = typeof outputs === 'object' ? outputs : await openOutputs(outputs);
	const watch = await atBoundary(async () => withSession({...options, outputs: opened}, async ({id}, {outputs: store}) => new OutputsWatch(store, id, signal ?? new AbortController().signal)));
	try {
		const first = await atBoundary(async () => watch.start());
		if (existing) {
			yield * first;
		}

		for (;;) {
			const changes = await atBoundary(async () => watch.next());
			if (changes === undefined) {
				return;
			}

			yield * changes;
		}
	} finally {
		watch.stop();
		if (opened !== outputs) {
			await opened.close();
		}
	}
}
