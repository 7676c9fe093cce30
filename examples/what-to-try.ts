/** Shown by `npm start` once the example fleet is installed. Every line works as it stands, in a second terminal, again and again. */
export const whatToTry = `
The example fleet is watched, and installed as far as nothing above says otherwise. In a second terminal, try:

  Save a document: change frost_below in examples/desired/greenhouse.yaml.

  Do what people do in Attune: switch a rule off, and add a rule of your own, for an action that does not exist yet:
    npx tsx examples/sql.ts "UPDATE rule SET enabled = FALSE WHERE ref = 'house.frost_warning'"
    npx tsx examples/sql.ts examples/sql/add-adhoc-rule.sql

  Push that action to the remote of its pack, which is looked at every 30 s. Your rule is kept, and linked to it:
    rm -rf .attune/herald && git clone .attune/remotes/herald.git .attune/herald
    sed 's/herald.announce/herald.whisper/' .attune/herald/actions/announce.yaml > .attune/herald/actions/whisper.yaml
    git -C .attune/herald add .
    git -C .attune/herald -c user.name=Me -c user.email=me@example.com commit --allow-empty -m "Whisper"
    git -C .attune/herald push

  Run an action as a worker of Attune does, in the environment that was built for its pack:
    echo '{"celsius": 1}' | .attune/packs/greenhouse/.venv/bin/python3 .attune/packs/greenhouse/actions/judge.py

  See what is installed, and what it runs on:
    npx tsx src/cli.ts status
    npx tsx src/cli.ts runtimes verify

  Press Ctrl-C and run npm start again: nothing is left to change.

`;
