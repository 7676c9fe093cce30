/** Shown by `npm start` once the example fleet is installed. Every line works as it stands, in a second terminal. */
export const whatToTry = `
The example fleet is installed and watched. In a second terminal, try:

  Save a document: change frost_below in examples/desired/greenhouse.yaml.

  Push to the remote of a pack; it is looked at every 30 s:
    git clone .attune/remotes/herald.git /tmp/herald
    sed -i.bak 's/Hear ye:/Listen:/' /tmp/herald/actions/announce.sh
    git -C /tmp/herald commit -am "Speak plainly" && git -C /tmp/herald push

  Do what people do in Attune: switch a rule off, add a rule of your own. Both stay through every reinstall:
    npx tsx examples/sql.ts "UPDATE rule SET enabled = FALSE WHERE ref = 'house.frost_warning'"
    npx tsx examples/sql.ts examples/sql/add-adhoc-rule.sql

  See what is installed:
    npx tsx src/cli.ts status

  Press Ctrl-C and run npm start again: nothing is left to change.

`;
