import {formatBytes} from '../text/size.js';
import type {Effect, Message} from './messages.js';
import type {ExportRequest, Layer, Model} from './model.js';
import {startTask} from './tasks.js';
import {edit, type TextField} from './text-field.js';
import type {Step} from './update.js';

/**
The dialog of an export: what goes where, and whether it fits.
*/

export type Prompt = Extract<Layer, {type: 'prompt'}>;

const replaceTop = (model: Model, layer: Layer): Model => ({...model, layers: [...model.layers.slice(0, -1), layer]});

const requestOf = ({isZip, session, paths, text}: Prompt): ExportRequest => ({type: 'export', isZip, session, paths, to: text.trim()});

/** Opens it, on a list that is frozen now. */
export const openPrompt = (model: Model, {isZip, session, paths, to}: Omit<ExportRequest, 'type'>, again?: number): Step => {
	const ticket = model.ticket + 2;
	const prompt: Prompt = {
		type: 'prompt', isZip, session, paths, totals: {state: 'loading'}, ticket, text: to, caret: to.length, look: {ticket: ticket - 1, load: {state: 'loading'}}, ...(again !== undefined && {again}),
	};
	return [
		{...model, ticket, layers: [...model.layers, prompt]},
		[{type: 'measure-prompt', ticket, session: session?.id, paths}, {type: 'look-at-destination', ticket: ticket - 1, request: requestOf(prompt)}],
	];
};

/** Another text is in the field: what was said of the last one does not hold for it. */
export const typeInPrompt = (model: Model, prompt: Prompt, field: TextField): Step => {
	const {problem: _, candidates: __, isWarned: ___, ...rest} = prompt;
	if (field.text === prompt.text) {
		return [replaceTop(model, {...rest, caret: field.caret}), []];
	}

	return lookAgain(model, {...rest, text: field.text, caret: field.caret});
};

const lookAgain = (model: Model, prompt: Prompt): Step => {
	const ticket = model.ticket + 1;
	const next: Prompt = {...prompt, look: {ticket, load: {state: 'loading'}}};
	return [{...replaceTop(model, next), ticket}, [{type: 'look-at-destination', ticket, request: requestOf(next)}]];
};

/** Bytes that an export takes, as far as is known. */
export const needOf = ({isZip, totals, size}: Prompt): number | undefined => isZip ? size?.estimate : (totals.state === 'ready' ? totals.value.bytes : undefined);

/** Why an export does not fit; `isCertain`: whatever the contents are. Copies may share blocks, or have holes. */
const misfit = (prompt: Prompt): {readonly text: string; readonly isCertain: boolean} | undefined => {
	const {isZip, size, look: {load}} = prompt;
	const need = needOf(prompt);
	if (load.state !== 'ready' || need === undefined || need <= load.value.free) {
		return undefined;
	}

	const free = formatBytes(load.value.free);
	return isZip && size!.least > load.value.free
		? {text: `it takes at least ${formatBytes(size!.least)}, and only ${free} are free there`, isCertain: true}
		: {text: `it takes about ${formatBytes(need)}, and only ${free} are free there: Return again tries it`, isCertain: false};
};

/** Whether there is space for an export, as far as is known. */
export const doesFit = (prompt: Prompt): boolean => misfit(prompt) === undefined;

const close = (model: Model): Model => ({...model, layers: model.layers.slice(0, -1)});

const stop: readonly Effect[] = [{type: 'stop-prompt'}];

const confirm = (model: Model, prompt: Prompt): Step => {
	const request = requestOf(prompt);
	if (request.to === '') {
		return [replaceTop(model, {...prompt, problem: 'name a directory or a file'}), []];
	}

	if (prompt.look.load.state === 'failed') {
		return lookAgain(model, prompt); // It would fail, unless what was missing is there by now.
	}

	const problem = misfit(prompt);
	if (problem !== undefined && (problem.isCertain || !prompt.isWarned)) {
		return [replaceTop(model, {...prompt, problem: problem.text, isWarned: true}), []];
	}

	const {totals, again} = prompt;
	const [next, effects] = startTask({...close(model), exportTo: request.to}, {...request, ...(totals.state === 'ready' && {totalBytes: totals.value.bytes})}, again);
	return [next, [...stop, ...effects]];
};

/** A key in the dialog. */
export const pressInPrompt = (model: Model, prompt: Prompt, key: string): Step => {
	switch (key) {
		case 'escape':
		case 'ctrl+c': {
			return [close(model), stop];
		}

		case 'return': {
			return confirm(model, prompt);
		}

		case 'tab': {
			const text = prompt.text.slice(0, prompt.caret);
			return [model, [{type: 'complete-destination', ticket: prompt.ticket, text, request: requestOf(prompt)}]];
		}

		default: {
			return typeInPrompt(model, prompt, edit(prompt, key));
		}
	}
};

const changePrompt = (model: Model, change: (prompt: Prompt) => Prompt): Model => ({...model, layers: model.layers.map(layer => layer.type === 'prompt' ? change(layer) : layer)});

/** What was found at the destination, if the text is still the same. */
export const takeLook = (model: Model, {ticket, load}: Extract<Message, {type: 'destination-looked-at'}>): Model =>
	changePrompt(model, prompt => prompt.look.ticket === ticket ? {...prompt, look: {ticket, load}} : prompt);

/** What Tab made of the text, if that is still the same. */
export const takeCompletion = (model: Model, {ticket, text, completed, names, isCut}: Extract<Message, {type: 'destination-completed'}>): Step => {
	const prompt = model.layers.at(-1);
	if (prompt?.type !== 'prompt' || prompt.ticket !== ticket || prompt.text.slice(0, prompt.caret) !== text) {
		return [model, []];
	}

	const [next, effects] = typeInPrompt(model, prompt, {text: completed + prompt.text.slice(prompt.caret), caret: completed.length});
	return [changePrompt(next, typed => names.length === 1 ? typed : {...typed, candidates: {names, isCut}}), effects];
};
