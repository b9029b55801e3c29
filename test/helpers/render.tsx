import {createRequire} from 'node:module';
import {stripVTControlCharacters} from 'node:util';
import {Text} from 'ink';
import {render} from 'ink-testing-library';
import type {ReactElement} from 'react';

// Ink has a chalk of its own, which saw no terminal when it was loaded and would leave out every colour.
const chalk = await import(createRequire(import.meta.resolve('ink')).resolve('chalk')) as {default: {level: number}};
chalk.default.level = 3;

export type Rendered = {
	/** What is shown, without styles; lines joined by `\n`. */
	readonly frame: () => string;
	/** What is shown, with its SGR sequences. */
	readonly styledFrame: () => string;
	readonly rerender: (element: ReactElement) => void;
	readonly unmount: () => void;
};

/** Renders an element as in a terminal of that size, from its first frame on. */
export const renderAt = (element: ReactElement, columns: number, rows: number): Rendered => {
	// The library's terminal has 100 columns and no rows: it gets its size before the element is mounted.
	const instance = render(<Text/>);
	Object.defineProperties(instance.stdout, {columns: {value: columns}, rows: {value: rows}});
	instance.stdout.emit('resize');
	instance.rerender(element);
	const styledFrame = () => instance.lastFrame() ?? '';
	return {
		frame: () => stripVTControlCharacters(styledFrame()),
		styledFrame,
		rerender: instance.rerender,
		unmount: instance.unmount,
	};
};
