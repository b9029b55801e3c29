import type {Effect} from './messages.js';
import type {Model} from './model.js';
import {withNotice} from './outcomes.js';
import type {Step} from './update.js';

const none: readonly Effect[] = [];

/** Ends the program; asks first while a task runs. */
export const quit = (model: Model): Step => model.tasks.length > 0
	? [{...model, layers: [...model.layers, {type: 'confirm-quit'}]}, none]
	: [{...model, exitCode: 0}, none];

/** 128 and the number of SIGINT, as a shell would tell it. */
export const interrupted = 130;

/** Cancels what runs; with nothing to cancel, ends the program. */
export const interrupt = (model: Model): Step => model.tasks.some(task => !task.isCancelling)
	? [{...model, tasks: model.tasks.map(task => ({...task, isCancelling: true}))}, [{type: 'cancel-tasks'}]]
	: [{...model, exitCode: interrupted}, none];

/** Whether the terminal is in the middle of taking files: what it answers would end up with whoever had it meanwhile. */
export const isSending = ({tasks}: Model): boolean => tasks.some(({request}) => request.type === 'send');

/** Gives the terminal back to the shell. */
export const suspend = (model: Model): Step => isSending(model)
	? [withNotice(model, 'files are being sent through the terminal: Ctrl+C cancels that', 'problem'), none]
	: [model, [{type: 'suspend'}]];
