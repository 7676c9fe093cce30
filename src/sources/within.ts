/**
 * Waits for a promise, but no longer than this. For what should end by itself and, when it does not, must not keep
 * everything behind it waiting.
 *
 * @returns true where it ended in time; its failure is thrown
 */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
