import type {Content} from './shapes.js';
import type {ReadOptions} from './source.js';

/** What the worker is told: to read a file, or what it has asked for. */
export type ToWorker =
	| {readonly type: 'job'; readonly name: string; readonly bytes: number; readonly options: ReadOptions}
	| {readonly type: 'part'; readonly number: number; readonly bytes?: Uint8Array; readonly problem?: string};

/** What the worker tells: that it needs a part of the file, or what became of the job. */
export type FromWorker =
	| {readonly type: 'part'; readonly number: number; readonly offset: number; readonly length: number}
	| {readonly type: 'done'; readonly content: Content}
	| {readonly type: 'failed'; readonly problem: string};
