/** Shown by `npm start` once the example fleet is installed. Every line works as it stands, in a second terminal. */
export const whatToTry = `
The example fleet is installed and watched. In a second terminal, try:

  Save a document: change frost_below in examples/desired/greenhouse.yaml.

  Do what people do in Attune: switch a rule off, and add a rule of your own, for an action that does not exist yet:
    npx tsx examples/sql.ts "UPDATE rule SET enabled = FALSE WHERE ref = 'house.frost_warning'"
    npx tsx examples/sql.ts examples/sql/add-adhoc-rule.sql

  Push that action to the remote of its pack, which is looked at every 30 s. Your rule is kept, and linked to it:
    git clone .attune/remotes/herald.git /tmp/herald
    sed 's/herald.announce/herald.whisper/' /tmp/herald/actions/announce.yaml > /tmp/herald/actions/whisper.yaml
    git -C /tmp/herald add .
    git -C /tmp/herald -c user.name=Me -c user.email=me@example.com commit -m "Whisper"
    git -C /tmp/herald push

  See what is installed:
    npx tsx src/cli.ts status

  Press Ctrl-C and run npm start again: nothing is left to change.

`;
