-- seeds.targets
-- grain     one row per training set that is made of trajectories
-- key       target
-- upstream  none
--
-- `suits`: the target takes the trajectories of a dataset whose `agents` (standard.datasets) name one of these.
-- `waives`: codes of seeds.exclusion_reasons that keep a trajectory out of other targets, but not out of this one.
-- `kin`: a name under which sft.decision_misfits has what holds for several targets at once.
create or replace view seeds.targets as
select *
from (
    values
        ('agentlab', ['agentlab'], []::varchar[], null::varchar),
        ('codeact', ['codeact'], [], null),
        ('mini_swe_agent', ['mini_swe_agent'], [], null),
        ('openhands', ['openhands'], [], null),
        ('openhands_tools', ['openhands_tools'], [], null),
        (
            'proactive_agent',
            ['proactive_agent'],
            ['no_actions', 'no_task', 'not_trained', 'truncated', 'unreadable_step'],
            null
        ),
        ('reward', ['reward'], ['no_actions', 'no_task', 'not_trained', 'truncated', 'unreadable_step'], null),
        ('proposer', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'], [], 'decisions'),
        ('proposer_brief', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'], [], 'decisions'),
        (
            'speculative_eval',
            ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'],
            ['unresolved', 'incomplete', 'truncated'],
            'decisions'
        ),
        ('sweagent', ['sweagent'], [], null),
        (
            'verifier',
            ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'],
            ['unresolved', 'incomplete', 'truncated'],
            'decisions'
        ),
        (
            'verifier_preference',
            ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'],
            [],
            'decisions'
        )
) as targets (target, suits, waives, kin)
;
