import {Text} from 'ink';
import type {ReactElement} from 'react';
import type {Span} from './present.js';
import type {Theme} from './theme.js';

/** One line of the screen. */
export function Line({spans, theme}: {readonly spans: readonly Span[]; readonly theme: Theme}): ReactElement {
	return (
		<Text wrap='truncate-end'>
			{spans.map(({text, role}) => text === '' ? '' : theme[role].open + text + theme[role].close).join('')}
		</Text>
	);
}
