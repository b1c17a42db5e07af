/**
 * A stack or an allocation that ran out, or a trap in WebAssembly (its RuntimeError): the thread's
 * state is no longer to be trusted, so it ends and the pool replaces it.
 */
export const isExhaustion = (cause: unknown): boolean =>
  cause instanceof RangeError || (cause instanceof Error && cause.name === 'RuntimeError');
