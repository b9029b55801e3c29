type Environment = Readonly<Record<string, string | undefined>>;

/** The locale of characters, as the system's programs take it: `LC_ALL`, else `LC_CTYPE`, else `LANG`; an empty one is none. */
export const localeOf = ({LC_ALL: all, LC_CTYPE: characters, LANG: language}: Environment): string | undefined =>
	[all, characters, language].find(value => value !== undefined && value !== '');

/** Whether the terminal can be handed more than ASCII. */
export const isUtf8 = (environment: Environment): boolean => /utf-?8/i.test(localeOf(environment) ?? '');
