import {Box, Text} from 'ink';
import type {ReactElement} from 'react';
import {isFullPreview, isInSessions, isInTasks, topLayer, type Layer, type Model} from '../explorer/model.js';
import {dividerWidth, footHeight, layoutOf, smallest} from '../explorer/viewport.js';
import {Dialog} from './dialog.js';
import {Lines} from './line.js';
import {dividerLines} from './present.js';
import {previewLines} from './preview-lines.js';
import {SessionsPane} from './sessions-pane.js';
import {StartMenu} from './start-menu.js';
import {statusLines} from './status-lines.js';
import {TasksPane} from './tasks-pane.js';
import type {Theme} from './theme.js';
import {treeLines} from './tree-lines.js';

/** What is drawn as a screen, not as a dialog before one. */
const screens: ReadonlySet<Layer['type']> = new Set(['full-preview', 'sessions', 'tasks', 'filter', 'fuzzy', 'find']);

/** The whole screen, as a view of the model. */
export function App({model, theme}: {readonly model: Model; readonly theme: Theme}): ReactElement {
	const {columns, rows} = model.size;
	const layout = layoutOf(model.size, {showsPreview: model.showsPreview, isFull: isFullPreview(model)});
	if (layout.isTooSmall) {
		return (
			<Box width={columns} height={rows} flexDirection='column'>
				<Text wrap='truncate-end'>Too small</Text>
				<Text wrap='truncate-end'>{`${columns}x${rows}; needs ${smallest.columns}x${smallest.rows}`}</Text>
			</Box>
		);
	}

	const layer = topLayer(model);
	const dialog = layer !== undefined && !screens.has(layer.type) && <Dialog layer={layer} model={model} theme={theme}/>;
	if (isInTasks(model)) {
		return (
			<Box width={columns} height={rows} flexDirection='column'>
				<TasksPane model={model} theme={theme}/>
				{dialog}
			</Box>
		);
	}

	if (model.sessions !== undefined && isInSessions(model)) {
		return (
			<Box width={columns} height={rows} flexDirection='column'>
				<SessionsPane model={model} sessions={model.sessions} theme={theme}/>
				{dialog}
			</Box>
		);
	}

	if (model.menu !== undefined) {
		return <StartMenu model={model} menu={model.menu} theme={theme}/>;
	}

	const {preview, treeWidth, listHeight} = layout;
	return (
		<Box width={columns} height={rows} flexDirection='column'>
			<Box flexGrow={1} flexShrink={0} flexDirection={preview?.place === 'below' ? 'column' : 'row'}>
				{treeWidth > 0 && <Lines lines={treeLines(model, treeWidth, listHeight)} width={treeWidth} height={listHeight} theme={theme}/>}
				{treeWidth > 0 && preview?.place === 'right' && <Lines lines={dividerLines(preview.height)} width={dividerWidth} height={preview.height} theme={theme}/>}
				{preview !== undefined && <Lines lines={previewLines(model, preview.width, preview.height)} width={preview.width} height={preview.height} theme={theme}/>}
			</Box>
			<Lines lines={statusLines(model)} width={columns} height={footHeight} theme={theme}/>
			{dialog}
		</Box>
	);
}
