/** What the start-up check found: what the server does not do, and what an operator should know of it. */

export type Sentence = { readonly vi: string; readonly en: string };

/** Answers null where the server does what is needed, else what it did instead. */
export type Trial = { readonly name: string; readonly run: () => Promise<Sentence | null> };

/** A trial that cannot be run to its end has failed: with the server's own words. */
export const failureOf = async ({ name, run }: Trial): Promise<Sentence | null> => {
  try {
    return await run();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { vi: `không thử được “${name}”: ${words}`, en: `“${name}” could not be tried: ${words}` };
  }
};
