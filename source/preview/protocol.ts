import type {Drawing, Drawn} from './picture/render.js';
import type {Content} from './shapes.js';
import type {ReadOptions} from './source.js';

/** What the worker is told: to read a file, what it has asked for, or to make of a picture what the terminal draws it from. */
export type ToWorker =
	| {readonly type: 'job'; readonly name: string; readonly bytes: number; readonly options: ReadOptions}
	| {readonly type: 'part'; readonly number: number; readonly bytes?: Uint8Array; readonly problem?: string}
	| {readonly type: 'render'; readonly number: number; readonly drawing: Drawing};

/** What the worker tells: that it needs a part of the file, or what became of the job. */
export type FromWorker =
	| {readonly type: 'part'; readonly number: number; readonly offset: number; readonly length: number}
	| {readonly type: 'done'; readonly content: Content}
	| {readonly type: 'failed'; readonly problem: string}
	| {readonly type: 'rendered'; readonly number: number; readonly drawn?: Drawn; readonly problem?: string};
