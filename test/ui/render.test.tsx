import {
	Box,
	Text,
	useWindowSize,
} from 'ink';
import {useState} from 'react';
import {expect, test} from 'vitest';
import {renderAt} from '../helpers/render.js';

const App = () => {
	const {columns, rows} = useWindowSize();
	const [first] = useState(() => `${columns}x${rows}`);
	return (
		<Box width={columns} height={rows} justifyContent='space-between'>
			<Text>{first}</Text>
			<Text inverse color='red'>right</Text>
		</Box>
	);
};

test.each([[40, 10], [120, 3], [100, 24]])('an element fills %ix%i from its first frame on', (columns, rows) => {
	const rendered = renderAt(<App/>, columns, rows);
	const lines = rendered.frame().split('\n');
	expect(lines).toHaveLength(rows);
	expect(lines[0]).toBe(`${columns}x${rows}`.padEnd(columns - 5) + 'right');
	rendered.unmount();
});

test('styles are in the styled frame alone', () => {
	const rendered = renderAt(<App/>, 40, 1);
	expect(rendered.styledFrame()).toContain('\u{1B}[7m\u{1B}[31mright');
	rendered.rerender(<Text bold>other</Text>);
	expect(rendered.frame()).toBe('other');
	expect(rendered.styledFrame()).toBe('\u{1B}[1mother\u{1B}[22m');
	rendered.unmount();
});
