import {Box} from 'ink';
import type {ReactElement} from 'react';
import {rangeRows} from '../explorer/marking.js';
import type {Model} from '../explorer/model.js';
import {rowsOf} from '../explorer/tree.js';
import {Line} from './line.js';
import {legacyRemark, messageOf, rowSpans} from './present.js';
import type {Theme} from './theme.js';

/** The rows of the tree that are on screen, and no others. */
export function TreePane({model, width, height, theme}: {readonly model: Model; readonly width: number; readonly height: number; readonly theme: Theme}): ReactElement {
	const rows = rowsOf(model.tree).slice(model.scroll, model.scroll + height);
	const range = new Set(rangeRows(model));
	const hasKeys = model.pane === 'tree' && model.layers.length === 0;
	return (
		<Box flexDirection='column' width={width} height={height} flexShrink={0}>
			{rows.map((row, index) => {
				const isFocused = model.scroll + index === model.cursor.index;
				const spans = rowSpans(row.type === 'message' ? {...row, name: messageOf(row, model.keymap)} : row, model.facts.get(row.path), width, {
					isFocused,
					hasKeys: hasKeys || model.layers.length > 0,
					isMarked: model.marks.has(row.path),
					isInRange: range.has(row),
					now: model.now,
					folderBytes: model.folderTotals.get(row.path)?.bytes,
					...(row.path === 'legacy' && {remark: legacyRemark(model)}),
				});
				return (
					<Box key={row.path} height={1} flexShrink={0} aria-role='listitem' aria-state={{selected: isFocused, expanded: row.isExpanded}}>
						<Line spans={spans} theme={theme}/>
					</Box>
				);
			})}
		</Box>
	);
}
