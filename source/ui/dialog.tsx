import {Box} from 'ink';
import type {ReactElement} from 'react';
import type {Layer, Model} from '../explorer/model.js';
import {dialogBox} from './dialog-lines.js';
import {Line} from './line.js';
import {cutSpans, spansWidth, type Span} from './present.js';
import type {Theme} from './theme.js';

/** A dialog before the tree: it fills its rows, so that nothing shows through. */
export function Dialog({layer, model, theme}: {readonly layer: Layer; readonly model: Model; readonly theme: Theme}): ReactElement {
	const {top, left, width, lines} = dialogBox(layer, model);
	const bar = '─'.repeat(width + 2);
	const frame = (text: string): Span => ({text, role: 'frame'});
	return (
		<Box position='absolute' top={top} left={left} flexDirection='column' width={width + 4} height={lines.length + 2}>
			<Line spans={[frame(`┌${bar}┐`)]} theme={theme}/>
			{lines.map((line, index) => {
				const spans = cutSpans(line, width);
				return <Line key={index} spans={[frame('│ '), ...spans, {text: ' '.repeat(width - spansWidth(spans)), role: 'plain'}, frame(' │')]} theme={theme}/>;
			})}
			<Line spans={[frame(`└${bar}┘`)]} theme={theme}/>
		</Box>
	);
}
