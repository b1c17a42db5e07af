/** Systems that connect over the broker (contract §8): each has a broker user of its own. */
import type { Role } from './key.ts';

export type Account = {
  /** The system it stands for; one account a system. */
  readonly system: string;
  /** The broker's user, unique: what RabbitMQ writes into `user_id`. */
  readonly user: string;
  readonly role: Exclude<Role, 'admin'>;
  readonly issuedAt: string;
};
