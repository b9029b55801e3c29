import {bareNode, explorer, measureAll, peers, printFrames, printMemory} from './browse.js';
import {firstBatch, type Session} from './corpus.js';
import type {Subject} from './drive.js';
import {printVerdict, median} from './figures.js';

/**
A million files in nested batches, 100 x 100 x 100: this program opens the session and begins to count what its folders hold; the others open the folder of the batches, which has 100 entries, and count nothing.
*/
export const compareMillion = async (session: Session, runs: number, home: string): Promise<void> => {
	const steps = Array.from({length: 30}, () => 'j');
	const subjects: Subject[] = [
		bareNode(session.bulk),
		{...explorer(session, firstBatch), keys: steps, quiet: 100},
		...peers(session.bulk, firstBatch),
	];
	const results = await measureAll(subjects, runs, home);
	printFrames('First frame, 1,000,000 files in batches (ms; sojourn as a multiple of each)', subjects, results);
	printMemory('Memory, 1,000,000 files in batches (MB)', subjects, results);
	console.log('');
	printVerdict('memory, 1,000,000 files, peak', median(results.get('sojourn')!.flatMap(({memory}) => memory?.peak ?? [])), 130, 'MB');
};
