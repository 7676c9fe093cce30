/** Who asks while an answer is being made waits for the same one, and who asks within `keptMs` after it gets it too. */
export function keepAnswer<T>(keptMs: number, answer: () => Promise<T>): () => Promise<T> {
  let kept: { readonly answer: Promise<T>; untilMs: number } | null = null;
  return () => {
    if (kept !== null && performance.now() < kept.untilMs) return kept.answer;
    const made = { answer: answer(), untilMs: Number.POSITIVE_INFINITY };
    kept = made;
    made.answer.then(
      () => {
        made.untilMs = performance.now() + keptMs;
      },
      () => {
        made.untilMs = 0;
      },
    );
    return made.answer;
  };
}
