/** Attune's own message types, spelled as it spells them, by the routing key of each. */
export const routingKeys = {
  PackRegistered: 'pack.registered',
  RuleCreated: 'rule.created',
  RuleEnabled: 'rule.enabled',
  RuleDisabled: 'rule.disabled',
} as const;

export type MessageType = keyof typeof routingKeys;

/** A rule that a change touches. `changed`: its trigger or what it asks of that is another one. */
export interface AnnouncedRule {
  readonly ref: string;
  readonly what: 'created' | 'switched' | 'changed';
}

/** What Attune's services have to hear of a change, before the ids of new rows are known. */
export interface Announced {
  readonly pack: string;
  /** Workers may have environments to make. */
  readonly registered: boolean;
  readonly rules: readonly AnnouncedRule[];
  /** Sensors that have to start anew to run what is installed: all of the pack, or these. */
  readonly sensors: 'all' | readonly string[];
  /** Ids of triggers that lose a rule, bigint as text. */
  readonly triggers: readonly string[];
}
