/** Tests that failed, by pack ref: what a process remembers, so that it does not run them again for nothing. */
export type FailedTests = Map<string, FailedTest>;

export interface FailedTest {
  /** Names everything that decides how they end. */
  readonly state: string;
  /** As it was told. */
  readonly message: string;
}
