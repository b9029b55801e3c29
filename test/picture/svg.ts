import type {IBufferCell, Terminal} from '@xterm/headless';

const cell = {width: 8.4, height: 18} as const;
const padding = 14;
const background = '#16181d';
const foreground = '#d5d8de';

/** The first 16 colours, as most terminals have them. */
const palette = [
	'#3b4048', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d5d8de',
	'#5c6370', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#ffffff',
];

const escapes: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;'};

const escape = (text: string): string => text.replaceAll(/[&<>]/g, character => escapes[character]!);

const lookOf = (look: IBufferCell): {readonly fill: string; readonly attributes: string} => {
	const fill = look.isInverse() === 0 ? (look.isFgDefault() ? foreground : palette[look.getFgColor()] ?? foreground) : background;
	return {
		fill: look.isInverse() === 0 ? '' : foreground,
		attributes: `fill="${fill}"${look.isBold() === 0 ? '' : ' font-weight="bold"'}${look.isDim() === 0 ? '' : ' fill-opacity="0.55"'}${look.isUnderline() === 0 ? '' : ' text-decoration="underline"'}`,
	};
};

/** What a terminal shows, as an SVG picture. Each run of one look is placed by itself, so that no font can shift a column. */
export const screenToSvg = (terminal: Terminal, title: string): string => {
	const buffer = terminal.buffer.active;
	const width = Math.ceil((terminal.cols * cell.width) + (2 * padding));
	const height = (terminal.rows * cell.height) + (2 * padding) + 22;
	const parts: string[] = [];
	for (let row = 0; row < terminal.rows; row++) {
		const line = buffer.getLine(buffer.viewportY + row)!;
		const top = padding + 22 + (row * cell.height);
		let run = {text: '', start: 0, columns: 0, fill: '', attributes: ''};
		const flush = (): void => {
			const x = (padding + (run.start * cell.width)).toFixed(1);
			if (run.fill !== '') {
				parts.push(`<rect x="${x}" y="${top}" width="${(run.columns * cell.width).toFixed(1)}" height="${cell.height}" fill="${run.fill}"/>`);
			}

			if (run.text.trim() !== '') {
				parts.push(`<text x="${x}" y="${top + 13}" ${run.attributes} textLength="${(run.columns * cell.width).toFixed(1)}" xml:space="preserve">${escape(run.text)}</text>`);
			}
		};

		for (let column = 0; column < terminal.cols; column++) {
			const at = line.getCell(column)!;
			if (at.getWidth() === 0) {
				continue;
			}

			const {fill, attributes} = lookOf(at);
			if (fill !== run.fill || attributes !== run.attributes) {
				flush();
				run = {text: '', start: column, columns: 0, fill, attributes};
			}

			run.text += at.getChars() === '' ? ' ' : at.getChars();
			run.columns += at.getWidth();
		}

		flush();
	}

	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<rect width="${width}" height="${height}" rx="8" fill="${background}"/>
<circle cx="20" cy="18" r="6" fill="#e06c75"/><circle cx="40" cy="18" r="6" fill="#e5c07b"/><circle cx="60" cy="18" r="6" fill="#98c379"/>
${parts.join('\n')}
</svg>
`;
};
