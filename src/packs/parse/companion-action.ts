import type { Component } from '../content.ts';
import { actionFormat } from '../fields/code-fields.ts';
import { columnsOf } from '../fields/parse-fields.ts';

/** The action through which a workflow without an action file is run: same ref, no runtime. */
export function companionAction(workflow: Component): Component {
  const { ref, columns, where } = workflow;
  const stem = /([^/]*?)(?:\.workflow)?\.ya?ml$/.exec(where.file)?.[1] ?? '';
  const defaults = columnsOf(actionFormat, { values: new Map() }, ref);
  return {
    kind: 'action',
    ref,
    columns: {
      ...defaults,
      label: columns.label ?? '',
      description: columns.description ?? '',
      entrypoint: `workflows/${stem}.workflow.yaml`,
      param_schema: columns.param_schema ?? null,
      out_schema: columns.out_schema ?? null,
      is_workflow: true,
    },
    names: { workflow_def: { ref } },
    where,
  };
}
