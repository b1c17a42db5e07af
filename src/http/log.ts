/** Where the door writes what an operator should know; a pino logger fits as it is. */
export type Log = {
  error(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  warn(fields: Readonly<Record<string, unknown>>, sentence: string): void;
};

const line = (level: string, fields: Readonly<Record<string, unknown>>, sentence: string): void => {
  const { error } = fields;
  // An Error has no enumerable fields: its stack is what the operator needs.
  const told = error instanceof Error ? { ...fields, error: error.stack } : fields;
  process.stderr.write(`${JSON.stringify({ level, at: new Date().toISOString(), sentence, ...told })}\n`);
};

/** One JSON line each on stderr. */
export const stderrLog: Log = {
  error: (fields, sentence) => line('error', fields, sentence),
  warn: (fields, sentence) => line('warn', fields, sentence),
};
