import {randomBytes} from 'node:crypto';

/** Files of the legacy folders on their way out lie in a folder of such a name in the trash, by their paths. They are never purged: what a killed removal has left is put back. */
const legacyName = /^legacy\.[\da-f]{24}$/;

export const isLegacyTrash = (name: string): boolean => legacyName.test(name);

export const newLegacyTrash = (): string => `legacy.${randomBytes(12).toString('hex')}`;
