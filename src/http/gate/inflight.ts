/**
 * Bytes of bodies in hand, per system, so that one system's large files cannot take the disk, the memory and the
 * threads that all share. Counted is what a caller announces, before the first byte of it.
 */
export type Inflight = {
  /**
   * Room for a body: answers how to give it back (more than once does no harm), or null when the system has too
   * much in hand. A system with nothing in hand is always let in, or a low limit would shut out large messages for ever.
   */
  take(system: string, bytes: number): (() => void) | null;
  /** Of all systems together. */
  readonly bytes: number;
};

/** `most` bytes a system, 0 = unlimited. Remembers only systems that have something in hand. */
export const openInflight = (most: number): Inflight => {
  const held = new Map<string, number>();
  let total = 0;
  const add = (system: string, bytes: number): void => {
    const now = (held.get(system) ?? 0) + bytes;
    total += bytes;
    if (now > 0) held.set(system, now);
    else held.delete(system);
  };
  return {
    take(system, bytes) {
      const now = held.get(system) ?? 0;
      if (most > 0 && now > 0 && now + bytes > most) return null;
      // An empty body holds its place, too.
      let left = Math.max(1, bytes);
      add(system, left);
      return () => {
        add(system, -left);
        left = 0;
      };
    },
    get bytes() {
      return total;
    },
  };
};
