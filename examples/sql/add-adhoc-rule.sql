-- What a person would make in Attune's UI: a rule of one's own on the components of the example packs.
-- It names an action that does not exist yet, so it is an orphan until a pack brings that action.
INSERT INTO rule (ref, pack, pack_ref, label, description, trigger, trigger_ref, action, action_ref, enabled, is_adhoc)
SELECT 'herald.my_rule', pack.id, pack.ref, 'My own rule', 'Made by a person',
       trigger.id, trigger.ref, action.id, 'herald.whisper', TRUE, TRUE
FROM pack
JOIN trigger ON trigger.ref = 'lights.button'
LEFT JOIN action ON action.ref = 'herald.whisper'
WHERE pack.ref = 'herald'
ON CONFLICT (ref) DO UPDATE SET label = EXCLUDED.label
RETURNING ref, trigger_ref, action_ref, action
