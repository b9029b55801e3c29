import os from 'node:os';
import {nameOf} from '../../outputs/path.js';
import {Failure, reasonOf} from '../../text/errors.js';
import {shellQuote} from '../../text/shell.js';
import type {Effect} from '../messages.js';
import {outputsPath, type Dispatch, type Services} from './services.js';

type CopyEffect = Extract<Effect, {type: 'copy'}>;

const titles = {path: 'The path', name: 'The name', download: 'A command that downloads it'} as const;

const textFor = ({outputs}: Services, {what, isFolder}: CopyEffect, location: string): string => {
	if (what === 'name') {
		return nameOf(location);
	}

	if (outputs.local === undefined) {
		throw new Failure('what is not kept in a directory has no path on this machine');
	}

	const place = outputs.local.resolve(location);
	if (what === 'path') {
		return place;
	}

	const {username} = os.userInfo();
	// The shell at the other end reads the path once more.
	return `scp ${isFolder ? '-r ' : ''}${shellQuote(`${username}@${os.hostname()}:${place}`)} .`;
};

/** Puts a text into the clipboard of the user's own terminal, and shows it: not every terminal takes it. */
export const copyText = (services: Services, dispatch: Dispatch, effect: CopyEffect): void => {
	try {
		const text = textFor(services, effect, outputsPath(services, effect.path));
		const isWhole = services.copy(text);
		dispatch({type: 'text-shown', title: `${titles[effect.what]}${isWhole ? ', copied if your terminal allows that' : ', too long to be copied'}`, lines: [text]});
	} catch (error) {
		dispatch({type: 'failed', problem: `nothing was copied: ${reasonOf(error)}`});
	}
};

/** Opens an output in the user's editor or pager. */
export const openWith = async (services: Services, dispatch: Dispatch, {program, path}: Extract<Effect, {type: 'open-with'}>): Promise<void> => {
	try {
		await services.openWith(program, outputsPath(services, path));
		dispatch({type: 'came-back'});
	} catch (error) {
		dispatch({type: 'failed', problem: error instanceof Failure ? error.message : `the ${program} could not be started: ${reasonOf(error)}`});
	}
};
