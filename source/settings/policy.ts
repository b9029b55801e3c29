import {isPrintable, printable} from '../text/printable.js';
import {allowedHours, isHours} from './hours.js';

/** What a deployment lays down for everybody who uses its outputs directory. */
export type DeploymentPolicy = {
	/** Hours without activity after which a session has expired. */
	readonly maxAgeHours?: number;
	/** The name of a group whose members may write to the outputs directory, and are trusted not to harm each other. */
	readonly sharedGroup?: string;
};

export type PolicyReading =
	| {readonly policy: DeploymentPolicy}
	| {readonly problem: string};

export const policyName = '.sojourn.json';

/** A policy larger than this many bytes is not read. */
export const policyLimit = 16_384;

const known = ['maxAgeHours', 'sharedGroup'];

const isGroupName = (value: unknown): value is string =>
	typeof value === 'string'
	&& value !== ''
	&& value === value.trim()
	&& !/[:,/]/.test(value)
	&& isPrintable(value);

/**
Reads the deployment's policy. Whether its file can be believed (owner, mode) is for the reader of the file to say.

@param text - the content of `.sojourn.json`
@returns the policy, or what is wrong with it as the end of a sentence that starts with the file's name. Unknown keys are wrong: a misspelt one would leave the deployment without the policy that it thinks it has.
*/
export const parsePolicy = (text: string): PolicyReading => {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return {problem: 'is not valid JSON'};
	}

	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return {problem: 'is not a JSON object'};
	}

	const unknownKey = Object.keys(value).find(key => !known.includes(key));
	if (unknownKey !== undefined) {
		return {problem: `has the unknown key "${printable(unknownKey)}"; known are ${known.join(' and ')}`};
	}

	const {maxAgeHours, sharedGroup} = value as Record<string, unknown>;
	if (maxAgeHours !== undefined && !isHours(maxAgeHours)) {
		return {problem: `has a maxAgeHours that is not allowed; ${allowedHours}`};
	}

	if (sharedGroup !== undefined && !isGroupName(sharedGroup)) {
		return {problem: 'has a sharedGroup that is not allowed; give the name of a group'};
	}

	return {
		policy: {
			...(maxAgeHours !== undefined && {maxAgeHours}),
			...(sharedGroup !== undefined && {sharedGroup}),
		},
	};
};
