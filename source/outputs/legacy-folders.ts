import type {Outputs} from './outputs.js';
import {parts} from './read-session.js';

export type LegacyCount = {
	readonly files: number;
	readonly bytes: number;
	/** Whether there is more than was counted. */
	readonly isCut: boolean;
};

/**
Counts what the folders hold that older deployments shared between all users.

@param options.most - entries after which counting ends
@throws the signal's reason; a folder that is not there, or cannot be read, counts nothing
*/
export const countLegacyFolders = async (outputs: Outputs, {signal, most = Infinity}: {readonly signal: AbortSignal; readonly most?: number}): Promise<LegacyCount> => {
	let [files, bytes, entries] = [0, 0, 0];
	for (const part of parts) {
		try {
			for await (const chunk of outputs.walk(part, {signal})) {
				entries += chunk.length;
				for (const entry of chunk) {
					if ('facts' in entry && entry.facts.type === 'file') {
						files++;
						bytes += entry.facts.bytes;
					}
				}

				if (entries > most) {
					return {files, bytes, isCut: true};
				}
			}
		} catch {
			signal.throwIfAborted(); // Else that one is not there.
		}
	}

	return {files, bytes, isCut: false};
};
