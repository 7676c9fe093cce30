/** A pack that owns runtimes, as Attune's own core pack does. */
export const coreFiles: Readonly<Record<string, string>> = {
  'runtimes/shell.yaml': `ref: core.shell
name: Shell
distributions: {}
execution_config: { interpreter: { binary: /bin/bash, args: [], file_extension: .sh } }
`,
  'runtimes/python.yaml': `ref: core.python
name: Python
distributions: {}
execution_config: { interpreter: { binary: python3 } }
versions:
  - version: "3.11"
    is_default: true
    execution_config: { interpreter: { binary: python3.11 } }
  - version: "3.12"
    execution_config: { interpreter: { binary: python3.12 } }
`,
  'triggers/timer.yaml': 'ref: core.timer\nlabel: Timer\nparameters: { unit: { type: string } }\n',
  'actions/echo.yaml':
    'ref: core.echo\nlabel: Echo\ndescription: Say it\nrunner_type: shell\nentry_point: echo.sh\nparameters: { message: { type: string } }\n',
  'actions/echo.sh': 'echo "$1"\n',
};

/** A pack that has one component of every kind and names what core owns. */
export const shopFiles: Readonly<Record<string, string>> = {
  'triggers/ordered.yaml': 'ref: shop.ordered\nlabel: Ordered\noutput: { id: { type: integer } }\n',
  'actions/ship.yaml': 'ref: shop.ship\nlabel: Ship\nrunner_type: python\nentry_point: ship.py\n',
  'actions/ship.py': 'print("shipped")\n',
  'sensors/orders.yaml':
    'ref: shop.orders\nlabel: Orders\nrunner_type: python\nentry_point: orders.py\ntrigger_types: [shop.ordered]\n',
  'sensors/orders.py': 'print("watching")\n',
  'rules/ship_orders.yaml':
    'ref: shop.ship_orders\nlabel: Ship orders\ntrigger_ref: shop.ordered\naction_ref: shop.ship\nenabled: true\n',
  'policies/one.yaml': 'ref: shop.one\nname: One at a time\naction_ref: shop.ship\nmethod: enqueue\nthreshold: 1\n',
  'permission_sets/clerk.yaml': 'ref: shop.clerk\nlabel: Clerk\ngrants: [{ resource: actions, actions: [execute] }]\n',
  'workflows/fulfil.yaml':
    'ref: shop.fulfil\nlabel: Fulfil\nversion: 1.0.0\ntasks: [{ name: ship, action: shop.ship }]\n',
};
