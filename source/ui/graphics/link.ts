import type {Loop} from '../../explorer/loop.js';
import {
	expectedOf,
	firstQuestions,
	isAwaiting,
	sizeQuestions,
	terminalOf,
	withReply,
} from '../../explorer/terminal-facts.js';
import type {Renderer} from '../../preview/renderer.js';
import type {Look} from '../../settings/look.js';
import {wantedPicture} from '../picture.js';
import {createPresenter, type Presenter} from './presenter.js';

/** What goes on between the program and the terminal besides keys and frames. */
export type TerminalLink = {
	readonly presenter: Presenter;
	/** Takes a reply of the terminal. */
	readonly hear: (reply: string) => void;
	/** Asks again how large cells are. */
	readonly resized: () => void;
	/** Whether replies are due, which may come in parts. */
	readonly isAwaiting: () => boolean;
	readonly close: () => void;
};

/** Milliseconds after which no reply is waited for. */
const patience = 5000;

/**
Asks the terminal what it can, and has it draw pictures if it can. Nothing waits for the answers.

@param write - hands bytes to the terminal
@param drain - waits until it has taken them
*/
export const createTerminalLink = ({loop, look, environment, write, drain, isOpen}: {
	readonly loop: Loop;
	readonly look: Look;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly write: (bytes: string) => void;
	readonly drain: () => Promise<void>;
	readonly isOpen: () => boolean;
}): TerminalLink => {
	// Where only ASCII may be written nothing is drawn: the stand-in for a cell of a picture is none.
	let facts = expectedOf(environment, look.pictures, !look.isLinear && look.depth > 0 && !look.isAscii);
	let isLate = false;
	const timer = setTimeout(() => {
		isLate = true;
	}, patience).unref();
	let renderer: Renderer | undefined;

	/** Loaded with the first picture. */
	const openRenderer = async (): Promise<Renderer> => {
		const {createRenderer} = await import('../../preview/renderer.js');
		renderer ??= createRenderer(import.meta.workerScript === undefined ? undefined : new URL(import.meta.workerScript, import.meta.url));
		return renderer;
	};

	const tell = (): void => {
		const known = terminalOf(facts, loop.model().size);
		if (JSON.stringify(known) !== JSON.stringify(loop.model().terminal)) {
			loop.dispatch({type: 'terminal-known', terminal: known});
		}
	};

	const ask = (questions: string): void => {
		if (questions !== '' && isOpen()) {
			write(questions);
		}
	};

	ask(firstQuestions(facts));
	tell();
	return {
		presenter: createPresenter({
			wanted: () => wantedPicture(loop.model()),
			write,
			drain,
			render: async drawing => (await openRenderer()).render(drawing),
			// Other programs in the same terminal number theirs from 1.
			firstId: 0x10_00_00 + Math.floor(Math.random() * 0x6F_00_00_00),
			isOpen,
		}),
		hear(reply) {
			const {facts: next, question} = withReply(facts, reply);
			facts = next;
			ask(question);
			tell();
		},
		resized() {
			ask(sizeQuestions(facts));
		},
		isAwaiting: () => !isLate && isAwaiting(facts),
		close() {
			clearTimeout(timer);
			renderer?.close();
		},
	};
};
