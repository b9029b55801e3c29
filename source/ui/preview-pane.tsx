import {Box} from 'ink';
import type {ReactElement} from 'react';
import type {Model} from '../explorer/model.js';
import {previewHeadHeight, previewRows} from '../explorer/preview-rows.js';
import type {Facts} from '../outputs/outputs.js';
import {printable} from '../text/printable.js';
import {formatAge} from '../text/age.js';
import {formatBytes} from '../text/size.js';
import {truncateEnd, truncateMiddle, widthOf} from '../text/width.js';
import {Line} from './line.js';
import type {Span} from './present.js';
import type {Theme} from './theme.js';

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const ageOf = ({modifiedAt}: Facts, now: number): string => {
	const age = formatAge(now - modifiedAt);
	return age === 'now' ? age : `${age} old`;
};

const head = ({preview, now}: Model, width: number, scrolled: string): Span[] => {
	const {load, path} = preview;
	const facts = load.state === 'ready' ? load.value.facts : undefined;
	const details = facts === undefined
		? ''
		: `  ${facts.type === 'file' ? `${formatBytes(facts.bytes)}, ` : ''}${ageOf(facts, now)}${scrolled}`;
	const name = truncateMiddle(printable(lastName(path)), Math.max(8, width - widthOf(details)));
	return [{text: name, role: 'title'}, {text: truncateEnd(details, Math.max(0, width - widthOf(name))), role: 'dim'}];
};

/** The preview of the focused output. What it shows belongs to the name at its head, also while the next one is being read. */
export function PreviewPane({model, width, height, theme}: {readonly model: Model; readonly width: number; readonly height: number; readonly theme: Theme}): ReactElement {
	const {load, scroll} = model.preview;
	const room = Math.max(0, height - previewHeadHeight);
	let lines: readonly string[] = [];
	let scrolled = '';
	if (load.state === 'ready') {
		const rows = previewRows(load.value, width);
		lines = rows.slice(scroll, scroll + room);
		scrolled = rows.length > room ? `, ${Math.floor((Math.min(scroll + room, rows.length) / rows.length) * 100)} %` : '';
	} else if (load.state === 'failed') {
		lines = [load.problem];
	}

	return (
		<Box flexDirection='column' width={width} height={height} flexShrink={0}>
			{load.state !== 'idle' && <Box height={1} flexShrink={0}><Line spans={head(model, width, scrolled)} theme={theme}/></Box>}
			{load.state !== 'idle' && <Box height={1} flexShrink={0}><Line spans={[{text: '─'.repeat(width), role: model.pane === 'preview' ? 'key' : 'frame'}]} theme={theme}/></Box>}
			{lines.map((text, index) => (
				<Box key={index} height={1} flexShrink={0}>
					<Line spans={[{text: text === '' ? ' ' : text, role: load.state === 'failed' ? 'problem' : 'plain'}]} theme={theme}/>
				</Box>
			))}
		</Box>
	);
}
