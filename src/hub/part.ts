/** A part of the hub as an operator sees it in `/readyz?verbose`, `/metrics` and `lienthong doctor`. */
export type Part = {
  /** `store`, `broker`, `disk`, … */
  readonly name: string;
  /** What it is: `SQLite 3.50`, `MongoDB 8.0 (rs0, 3)`, `RabbitMQ 4.1`. */
  readonly what: string;
  /** `warning`: works, and something about it should be known. */
  readonly state: 'ok' | 'warning' | 'blocked' | 'away';
  /** Instant since when; null where nobody kept count. */
  readonly since: string | null;
  /** One sentence each for what is not `ok`; empty otherwise. */
  readonly remarks: readonly { readonly vi: string; readonly en: string }[];
};
