/** Passwords of broker users: nobody types them, and none begins like an option. */
import { randomBytes } from 'node:crypto';

export const newPassword = (): string => `lb_${randomBytes(24).toString('base64url')}`;
