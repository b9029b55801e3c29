import {Box} from 'ink';
import type {ReactElement} from 'react';
import {stayOf, topLayer, type Model, type Sessions} from '../explorer/model.js';
import {labelOf} from '../explorer/keymap.js';
import {shownSessions, totalsOf} from '../explorer/sessions.js';
import {sessionsHeight} from '../explorer/viewport.js';
import {printableText} from '../text/printable.js';
import {truncateEnd} from '../text/width.js';
import {Line} from './line.js';
import {sessionRowSpans, sessionsHead, sessionsSummary} from './present-sessions.js';
import {cutSpans, spansWidth, type Span} from './present.js';
import {fieldLead, fieldSpans} from './field.js';
import {choiceHints, hintSpans, hintsFor, lower} from './status-lines.js';
import type {Theme} from './theme.js';

const sortNames = {name: 'name', size: 'size', activity: 'last activity', left: 'time left'} as const;

const title = ({sort, filter}: Sessions, isAll: boolean): Span[] => [
	{text: isAll ? 'All sessions' : 'Your sessions', role: 'title'},
	{text: `  by ${sortNames[sort.by]}${sort.isReversed ? ', reversed' : ''}`, role: 'dim'},
	...(filter === '' ? [] : [{text: `  filter: ${filter}`, role: 'marked' as const}]),
];

const emptyText = (sessions: Sessions, keymap: Model['keymap']): Span => {
	if (sessions.load.state === 'failed') {
		return {text: printableText(sessions.load.problem), role: 'problem'};
	}

	if (sessions.load.state === 'loading') {
		return {text: 'reading…', role: 'dim'};
	}

	return {text: sessions.rows.size === 0 ? `no sessions: ${labelOf(keymap, 'new-session')} starts one` : `no session matches the filter: ${labelOf(keymap, 'back')} shows all`, role: 'dim'};
};

/** The last line: the filter while it is typed, the orders while one is chosen, what has happened, or the hints. */
const foot = (model: Model): Span[] => {
	const layer = topLayer(model);
	if (layer?.type === 'filter') {
		return fieldSpans(layer, model.size.columns, fieldLead(layer.type));
	}

	const choices = layer?.type === 'sessions' ? choiceHints(model, 'sessions') : [];
	return choices.length > 0 ? hintSpans(choices, model.size.columns) : lower(model, hintsFor('sessions', model.keymap));
};

/** The list of sessions, as a screen of its own. */
export function SessionsPane({model, sessions, theme}: {readonly model: Model; readonly sessions: Sessions; readonly theme: Theme}): ReactElement {
	const {columns, rows} = model.size;
	const height = sessionsHeight(rows);
	const shown = shownSessions(sessions, model.now);
	const total = totalsOf(sessions).bytes;
	const open = stayOf(model)?.id;
	const place = shown.length === 0 ? '' : `${sessions.cursor.index + 1}/${shown.length}`;
	const summary = truncateEnd(sessionsSummary(sessions, model, columns - place.length - 1), columns - place.length - 1);
	const gap = ' '.repeat(Math.max(1, columns - spansWidth([{text: summary, role: 'plain'}]) - place.length));
	return (
		<Box flexDirection='column' width={columns} height={rows}>
			<Box height={1} flexShrink={0}><Line spans={cutSpans(title(sessions, model.isAll), columns)} theme={theme}/></Box>
			<Box height={1} flexShrink={0}><Line spans={[{text: sessionsHead(columns, model.isAll), role: 'dim'}]} theme={theme}/></Box>
			<Box height={height} flexShrink={0} flexDirection='column'>
				{shown.length === 0 && <Line spans={cutSpans([emptyText(sessions, model.keymap)], columns)} theme={theme}/>}
				{shown.slice(sessions.scroll, sessions.scroll + height).map((row, index) => (
					<Box key={row.session.id} height={1} flexShrink={0} aria-role='listitem' aria-state={{selected: sessions.scroll + index === sessions.cursor.index}}>
						<Line
							spans={sessionRowSpans(row, columns, {
								now: model.now, total, isAll: model.isAll, isOpen: row.session.id === open, isFocused: sessions.scroll + index === sessions.cursor.index,
							})}
							theme={theme}
						/>
					</Box>
				))}
			</Box>
			<Box height={1} flexShrink={0}><Line spans={[{text: summary, role: 'plain'}, {text: gap, role: 'plain'}, {text: place, role: 'dim'}]} theme={theme}/></Box>
			<Box height={1} flexShrink={0}><Line spans={cutSpans(foot(model), columns)} theme={theme}/></Box>
		</Box>
	);
}
