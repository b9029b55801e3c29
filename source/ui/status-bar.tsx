import {Box} from 'ink';
import type {ReactElement} from 'react';
import {keyLabel, keymap} from '../explorer/keymap.js';
import type {Model, Notice} from '../explorer/model.js';
import {rowsOf} from '../explorer/tree.js';
import {Line} from './line.js';
import {cutSpans, describeTask, markSpans, sessionSpans, spansWidth, type Span} from './present.js';
import type {Role, Theme} from './theme.js';

const noticeRole: Readonly<Record<Notice['kind'], Role>> = {info: 'dim', success: 'success', problem: 'problem'};

const hints = (model: Model): Span[] => {
	if (model.tasks.some(task => !task.isCancelling)) {
		return [{text: 'Ctrl+C', role: 'key'}, {text: ' cancel the export   ', role: 'dim'}, ...hintsOf()];
	}

	return hintsOf();
};

const hintsOf = (): Span[] => keymap
	.filter(binding => binding.hint !== undefined)
	.flatMap(binding => [{text: keyLabel(binding.keys[0]!), role: 'key' as const}, {text: ` ${binding.hint}   `, role: 'dim' as const}]);

/** The second line: what has just happened, how far a task is, or the hints. */
const lower = (model: Model): Span[] => {
	const [task] = model.tasks;
	if (model.notice !== undefined) {
		return [{text: model.notice.text, role: noticeRole[model.notice.kind]}];
	}

	return task === undefined
		? hints(model)
		: [{text: `${describeTask(task)}   `, role: 'plain'}, ...hints(model)];
};

/** The two lines at the foot of the screen. */
export function StatusBar({model, theme}: {readonly model: Model; readonly theme: Theme}): ReactElement {
	const {columns} = model.size;
	const left = [...sessionSpans(model), ...markSpans(model)];
	const place = `${model.cursor.index + 1}/${rowsOf(model.tree).length}`;
	const room = columns - place.length - 1;
	const shown = cutSpans(left, room);
	const gap = ' '.repeat(Math.max(1, columns - spansWidth(shown) - place.length));
	return (
		<Box flexDirection="column" flexShrink={0} width={columns}>
			<Box height={1} flexShrink={0}><Line spans={[...shown, {text: gap, role: 'plain'}, {text: place, role: 'dim'}]} theme={theme}/></Box>
			<Box height={1} flexShrink={0}><Line spans={cutSpans(lower(model), columns)} theme={theme}/></Box>
		</Box>
	);
}
