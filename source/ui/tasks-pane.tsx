import {Box} from 'ink';
import type {ReactElement} from 'react';
import type {Model} from '../explorer/model.js';
import {tasksLayout} from '../explorer/viewport.js';
import {taskRows} from '../explorer/tasks.js';
import {Line} from './line.js';
import {taskDetailLines, taskRowSpans, tasksFoot, tasksTitle} from './present-tasks.js';
import {cutSpans} from './present.js';
import type {Theme} from './theme.js';

/** The list of tasks, as a screen of its own. */
export function TasksPane({model, theme}: {readonly model: Model; readonly theme: Theme}): ReactElement {
	const {size: {columns, rows}, taskCursor: {index: focused, scroll}} = model;
	const {height, detail} = tasksLayout(rows);
	const shown = taskRows(model);
	return (
		<Box flexDirection='column' width={columns} height={rows}>
			<Box height={1} flexShrink={0}><Line spans={cutSpans(tasksTitle(model), columns)} theme={theme}/></Box>
			<Box height={height} flexShrink={0} flexDirection='column'>
				{shown.length === 0 && <Line spans={cutSpans([{text: 'no tasks: what is exported, sent or removed is listed here', role: 'dim'}], columns)} theme={theme}/>}
				{shown.slice(scroll, scroll + height).map((row, index) => (
					<Box key={row.id} height={1} flexShrink={0} aria-role='listitem' aria-state={{selected: scroll + index === focused}}>
						<Line spans={taskRowSpans(row, model, columns, scroll + index === focused)} theme={theme}/>
					</Box>
				))}
			</Box>
			<Box height={detail} flexShrink={0} flexDirection='column'>
				{taskDetailLines(model, columns, detail).map((spans, index) => <Line key={index} spans={cutSpans(spans, columns)} theme={theme}/>)}
			</Box>
			<Box height={1} flexShrink={0}><Line spans={cutSpans(tasksFoot(model), columns)} theme={theme}/></Box>
		</Box>
	);
}
