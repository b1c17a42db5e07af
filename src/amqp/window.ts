/**
 * How much may be on its way to the broker at one time, in messages and in bytes. A broker short of
 * memory just stops confirming, and its client library would keep taking: this is what stops instead.
 */
export type WindowLimits = { readonly count: number; readonly bytes: number };

export type Window = {
  /** True once there is room, in the order of asking; false when there was none for so many milliseconds. What is larger than the window goes alone. */
  enter(bytes: number, ms: number): Promise<boolean>;
  leave(bytes: number): void;
};

type Waiting = { readonly bytes: number; readonly go: () => void };

export const openWindow = (limits: WindowLimits): Window => {
  let [count, bytes] = [0, 0];
  const queue: Waiting[] = [];
  const fits = (more: number): boolean => count === 0 || (count < limits.count && bytes + more <= limits.bytes);
  const take = (more: number): void => {
    count += 1;
    bytes += more;
  };
  return {
    enter: (more, ms) => {
      if (queue.length === 0 && fits(more)) {
        take(more);
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          queue.splice(queue.indexOf(waiting), 1);
          resolve(false);
        }, ms);
        const waiting: Waiting = {
          bytes: more,
          go: () => {
            clearTimeout(timer);
            take(more);
            resolve(true);
          },
        };
        queue.push(waiting);
      });
    },
    leave: (less) => {
      count -= 1;
      bytes -= less;
      for (let next = queue[0]; next !== undefined && fits(next.bytes); next = queue[0]) {
        queue.shift();
        next.go();
      }
    },
  };
};
