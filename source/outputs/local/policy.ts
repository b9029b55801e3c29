import type {Directory} from '../../files/descriptor.js';
import {readSmallFile} from '../../files/read-small.js';
import {parsePolicy, policyLimit, policyName, type DeploymentPolicy} from '../../settings/policy.js';
import {codeOf, Failure, reasonOf} from '../../text/errors.js';

/**
The deployment's policy. It is believed only if it belongs to root or to the owner of the outputs directory and nobody else can write it; one that is not believed is as none.

@throws Failure with exit code 2 if it is believed and broken
*/
export const readPolicy = async (root: Directory): Promise<DeploymentPolicy | undefined> => {
	try {
		const {text, uid, mode} = await readSmallFile(root, policyName, policyLimit);
		const owner = await root.stat();
		if ((uid !== 0 && uid !== owner.uid) || (mode & 0o022) !== 0) {
			return undefined;
		}

		const reading = parsePolicy(text);
		if ('problem' in reading) {
			throw new Failure(`the deployment's policy ${policyName} is broken: it ${reading.problem}; its owner must mend or remove it`, 2);
		}

		return reading.policy;
	} catch (error) {
		if (error instanceof Failure) {
			throw error;
		}

		if (['ENOENT', 'ELOOP', 'ENOTREG', 'EISDIR', 'EACCES'].includes(codeOf(error) ?? '')) {
			return undefined;
		}

		throw new Failure(`cannot read the deployment's policy ${policyName}: ${reasonOf(error)}`, 2);
	}
};
