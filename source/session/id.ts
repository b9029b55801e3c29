const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const shape = '00000000-0000-0000-0000-000000000000';

/** Whether `name` is a session id: a lower-case UUID. It is a name, never a secret. */
export const isSessionId = (name: string): boolean => uuid.test(name);

/** Fewest characters of a prefix that stands for a session. */
export const shortestPrefix = 4;

/** How much of an id is shown where there is no room for all of it. */
export const shortId = (id: string): string => id.slice(0, 8);

/** Whether `text`, in any case, is or could be the beginning of a session id. */
export const looksLikeId = (text: string): boolean => {
	const lower = text.toLowerCase();
	return lower.length >= shortestPrefix
		&& lower.length <= shape.length
		&& isSessionId(lower + shape.slice(lower.length));
};
