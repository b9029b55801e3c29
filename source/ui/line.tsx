import {Text} from 'ink';
import type {ReactElement} from 'react';
import type {Span} from './present.js';
import type {Theme} from './theme.js';

/** One line of the screen. */
export function Line({spans, theme}: {readonly spans: readonly Span[]; readonly theme: Theme}): ReactElement {
	const [only, ...more] = spans;
	if (only !== undefined && more.length === 0) {
		return <Text {...theme[only.role]} wrap='truncate-end'>{only.text}</Text>;
	}

	return (
		<Text wrap='truncate-end'>
			{spans.map(({text, role}, index) => <Text key={index} {...theme[role]}>{text}</Text>)}
		</Text>
	);
}
