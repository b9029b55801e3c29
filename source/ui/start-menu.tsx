import {Box, Text} from 'ink';
import SelectInput from 'ink-select-input';
import type {ReactElement} from 'react';
import {labelOf} from '../explorer/keymap.js';
import type {Menu, Model} from '../explorer/model.js';
import {menuWindow} from '../explorer/viewport.js';
import {truncateEnd} from '../text/width.js';
import {Line} from './line.js';
import {describeMenuItem} from './present.js';
import {hintSpans} from './status-lines.js';
import type {Theme} from './theme.js';

/** The choice between sessions. ink-select-input draws it; the index is the model's, so that a redraw loses nothing and keys that come together all count. */
export function StartMenu({model, menu, theme}: {readonly model: Model; readonly menu: Menu; readonly theme: Theme}): ReactElement {
	const {keymap, size: {columns, rows}} = model;
	const items = [
		...menu.items.map(item => ({key: item.session.id, label: describeMenuItem(item, model), value: item.session.id})),
		{key: 'new', label: describeMenuItem('new', model), value: 'new'},
	];
	const hint = hintSpans([['Return', 'choose'], [`${labelOf(keymap, 'move-down')} ${labelOf(keymap, 'move-up')}`, 'move'], [labelOf(keymap, 'show-sessions'), 'all sessions'], [labelOf(keymap, 'quit'), 'quit']], columns);
	return (
		<Box flexDirection='column' width={columns} height={rows}>
			<Box height={1} flexShrink={0}><Line spans={[{text: 'Resume a session, or start a new one', role: 'title'}]} theme={theme}/></Box>
			{menu.remark !== undefined && <Box height={1} flexShrink={0}><Line spans={[{text: truncateEnd(menu.remark, columns), role: 'warning'}]} theme={theme}/></Box>}
			<Box height={1} flexShrink={0}><Text> </Text></Box>
			<Box flexGrow={1} flexDirection='column'>
				<SelectInput
					key={`${menu.index}/${items.length}/${rows}`}
					items={items}
					initialIndex={menu.index}
					isFocused={false}
					limit={menuWindow(menu, rows).height}
					indicatorComponent={({isSelected}: {readonly isSelected?: boolean}) => <Text>{isSelected ? '> ' : '  '}</Text>}
					itemComponent={({isSelected, label}: {readonly isSelected?: boolean; readonly label: string}) =>
						<Line spans={[{text: label, role: isSelected ? 'focus' : 'plain'}]} theme={theme}/>}
				/>
			</Box>
			<Box height={1} flexShrink={0}>
				<Line spans={model.notice === undefined ? (menu.isBusy ? [{text: 'opening…', role: 'dim'}] : hint) : [{text: truncateEnd(model.notice.text, columns), role: model.notice.kind === 'problem' ? 'problem' : 'dim'}]} theme={theme}/>
			</Box>
		</Box>
	);
}
