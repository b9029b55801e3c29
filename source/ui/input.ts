import {createKeySplitter} from '../explorer/keys.js';
import type {Loop} from '../explorer/loop.js';

/** Milliseconds after which a lone ESC is the Escape key. */
const escapeDelay = 30;

/** The same while replies are due, which begin with one. */
const awaitedDelay = 150;

/** Milliseconds after which what can only be the beginning of a reply is given up. */
const replyDelay = 1000;

export type Input = {
	/** Takes what the terminal has sent, in whatever pieces. */
	readonly read: (chunk: string) => void;
	/** Forgets what is only begun. */
	readonly close: () => void;
};

/**
What comes from the terminal: keys, pasted text and the mouse go to the model, replies to who has asked.

@param isAwaiting - whether a reply is due
*/
export const createInput = (loop: Loop, {hasMouse, isAwaiting, onReply}: {readonly hasMouse: boolean; readonly isAwaiting: () => boolean; readonly onReply: (reply: string) => void}): Input => {
	const splitter = createKeySplitter(onReply);
	let timer: NodeJS.Timeout | undefined;

	const tell = (inputs: ReturnType<typeof splitter.push>): void => {
		for (const input of inputs) {
			if (input.type === 'key') {
				loop.dispatch({type: 'key-pressed', key: input.key});
			} else if (input.type === 'paste') {
				loop.dispatch({type: 'text-pasted', text: input.text});
			} else if (hasMouse) {
				loop.dispatch({...input, type: 'mouse-used', at: performance.now()});
			}
		}
	};

	return {
		read(chunk) {
			clearTimeout(timer);
			tell(splitter.push(chunk));
			if (splitter.isWaiting()) {
				timer = setTimeout(() => {
					tell(splitter.flush());
				}, splitter.isAmidReply() ? replyDelay : (isAwaiting() ? awaitedDelay : escapeDelay));
			}
		},
		close() {
			clearTimeout(timer);
		},
	};
};
