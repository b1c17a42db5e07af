/**
 * The store of many processes: a MongoDB replica set. Every commit is one transaction, acknowledged by a majority
 * of the members with its journal on their disks; nothing correct rests on memory in this process.
 */
export type MongoOptions = {
  /** `mongodb://…/DATABASE?replicaSet=…` */
  readonly url: string;
  /** Of this machine: only what is on its way in (spool files) stands there. */
  readonly folder: string;
  readonly now?: () => Date;
};
