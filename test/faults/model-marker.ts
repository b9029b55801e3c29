/** What a marker says, by the oracle's own reading; times in nanoseconds since 1970. */
export type MarkerSays = {
	readonly newest: bigint;
	readonly keepUntil?: bigint | 'forever';
};

const nanoseconds = (value: unknown): bigint | undefined => {
	const found = typeof value === 'string' ? /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z$/.exec(value) : null;
	if (found === null) {
		return undefined;
	}

	const [year, month, day, hours, minutes, seconds] = found.slice(1, 7).map(Number) as [number, number, number, number, number, number];
	const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hours <= 23 && minutes <= 59 && seconds <= 59;
	return isDate
		? (BigInt(Date.UTC(year, month - 1, day, hours, minutes, seconds)) * 1_000_000n) + BigInt((found[7] ?? '').slice(0, 9).padEnd(9, '0'))
		: undefined;
};

/** The oracle's reading of a marker: `undefined` if it is broken. */
export const readMarkerText = (content: Uint8Array, id: string): MarkerSays | undefined => {
	if (content.length > 16_384) {
		return undefined;
	}

	let fields: unknown;
	try {
		fields = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(content));
	} catch {
		return undefined;
	}

	if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
		return undefined;
	}

	const {version, id: named, label, createdAt, lastActiveAt, keepUntil} = fields as Record<string, unknown>;
	const [created, active] = [nanoseconds(createdAt), nanoseconds(lastActiveAt)];
	const until = keepUntil === 'forever' ? keepUntil : nanoseconds(keepUntil);
	const isSound = version === 1 && named === id
		&& (label === undefined || typeof label === 'string')
		&& (keepUntil === undefined || until !== undefined);
	if (!isSound || created === undefined || active === undefined) {
		return undefined;
	}

	const newest = created > active ? created : active; // eslint-disable-line unicorn/prefer-math-min-max -- Math.max takes no bigint
	return {newest, ...(until === undefined ? {} : {keepUntil: until})};
};
