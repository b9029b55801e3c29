import {PassThrough} from 'node:stream';
import type {ReadStream, WriteStream} from 'node:tty';
import {render} from 'ink';
import type {Model} from '../explorer/model.js';
import {App} from './app.js';
import type {Theme} from './theme.js';

export type InkFrames = {
	/** Draws a state of the model, at once. */
	readonly draw: (model: Model) => void;
	readonly close: () => void;
};

/**
Frames that Ink makes. A fault in a component ends Ink, not the program.

@param stream - is given each frame whole
*/
export const openInk = (first: Model, stream: WriteStream, theme: Theme, onFault: (error: unknown) => void): InkFrames => {
	const ink = render(<App model={first} theme={theme}/>, {
		stdout: stream,
		stdin: new PassThrough() as unknown as ReadStream,
		stderr: stream,
		debug: true,
		interactive: true,
		patchConsole: false,
		exitOnCtrlC: false,
		isScreenReaderEnabled: false,
	});
	void ink.waitUntilExit().catch(onFault);
	return {
		draw(model) {
			ink.rerender(<App model={model} theme={theme}/>);
		},
		close() {
			ink.unmount();
		},
	};
};
