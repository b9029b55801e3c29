import {Box, Text} from 'ink';
import type {ReactElement} from 'react';
import {styled, type Span} from './present.js';
import type {Theme} from './theme.js';

/** One line of the screen. */
export function Line({spans, theme}: {readonly spans: readonly Span[]; readonly theme: Theme}): ReactElement {
	return <Text wrap='truncate-end'>{styled(spans, theme)}</Text>;
}

/** Lines in a part of the screen, from its top. */
export function Lines({lines, width, height, theme}: {readonly lines: ReadonlyArray<readonly Span[]>; readonly width: number; readonly height: number; readonly theme: Theme}): ReactElement {
	return (
		<Box flexDirection='column' width={width} height={height} flexShrink={0}>
			{lines.map((spans, index) => (
				<Box key={index} height={1} flexShrink={0}>
					<Line spans={spans} theme={theme}/>
				</Box>
			))}
		</Box>
	);
}
