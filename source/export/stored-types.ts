/** Kinds of files that are compressed already: deflating them costs time and saves next to nothing. */
export const storedTypes: ReadonlySet<string> = new Set([
	// Pictures
	'avif',
	'gif',
	'heic',
	'heif',
	'jfif',
	'jp2',
	'jpe',
	'jpeg',
	'jpg',
	'jxl',
	'png',
	'webp',
	// Sound
	'aac',
	'ac3',
	'flac',
	'm4a',
	'm4b',
	'mp2',
	'mp3',
	'oga',
	'ogg',
	'opus',
	'wma',
	// Films
	'3gp',
	'avi',
	'flv',
	'm4v',
	'mkv',
	'mov',
	'mp4',
	'mpeg',
	'mpg',
	'ogv',
	'webm',
	'wmv',
	// Archives
	'7z',
	'br',
	'bz2',
	'cab',
	'gz',
	'lz',
	'lz4',
	'lzma',
	'rar',
	'tbz2',
	'tgz',
	'txz',
	'xz',
	'zip',
	'zst',
	// Archives under other names
	'apk',
	'docx',
	'epub',
	'jar',
	'odp',
	'ods',
	'odt',
	'pptx',
	'whl',
	'xlsx',
	// Fonts
	'woff',
	'woff2',
]);

/** Whether a file of that name is known to be compressed already. */
export const isStoredType = (name: string): boolean => {
	const dot = name.lastIndexOf('.');
	return dot !== -1 && storedTypes.has(name.slice(dot + 1).toLowerCase());
};
