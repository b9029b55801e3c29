import {PassThrough} from 'node:stream';
import type {ReadStream, WriteStream} from 'node:tty';
import {render} from 'ink';
import {useSyncExternalStore, type ReactElement} from 'react';
import type {Loop} from '../explorer/loop.js';
import {App} from './app.js';
import type {Theme} from './theme.js';

function Root({loop, theme}: {readonly loop: Loop; readonly theme: Theme}): ReactElement {
	const model = useSyncExternalStore(loop.subscribe, loop.model);
	return <App model={model} theme={theme}/>;
}

/**
Lets Ink make the frames, from now on. A fault in a component ends Ink, not the program.

@param stream - is given each frame whole
@returns what ends it
*/
export const openInk = (loop: Loop, stream: WriteStream, theme: Theme, onFault: (error: unknown) => void): () => void => {
	const ink = render(<Root loop={loop} theme={theme}/>, {
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
	return () => {
		ink.unmount();
	};
};
