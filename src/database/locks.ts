/**
 * Advisory locks of this tool have two numbers: this class (the letters ATSY) and one of `locks`.
 * They count within one database, as the schema `attune_sync` does.
 */
export const lockClass = 0x41545359;

export const locks = {
  /** Every write to Attune's tables and ours. */
  writer: 1,
  /** Creating Attune's tables. */
  create: 2,
  /** Held shared by each process that uses an embedded server, in its database `postgres`. */
  lease: 3,
} as const;

/** Locks of one manager each (the letters ATSL and ATSD); their second number is `hashtext` of its name. */
export const managerLocks = {
  /** Held by the daemon that leads, for as long as it does. */
  leader: 0x4154534c,
  /** Held shared by each daemon, so that those that stand by can be seen. */
  daemon: 0x41545344,
} as const;
