-- seeds.targets
-- grain     one row per training set that is made of trajectories
-- key       target
-- upstream  none
--
-- `suits`: the target takes the trajectories of a dataset whose `agents` (standard.datasets) name one of these.
-- `waives`: codes of seeds.exclusion_reasons that keep a trajectory out of other targets, but not out of this one.
create or replace view seeds.targets as
select *
from (
    values
        ('agentlab', ['agentlab'], []::varchar[]),
        ('codeact', ['codeact'], []),
        ('mini_swe_agent', ['mini_swe_agent'], []),
        ('openhands', ['openhands'], []),
        ('openhands_tools', ['openhands_tools'], []),
        (
            'proactive_agent',
            ['proactive_agent'],
            ['no_actions', 'no_task', 'not_trained', 'truncated', 'unreadable_step']
        ),
        ('reward', ['reward'], ['no_actions', 'no_task', 'not_trained', 'truncated', 'unreadable_step']),
        ('proposer', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'], []),
        ('proposer_brief', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'], []),
        (
            'speculative_eval',
            ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'],
            ['unresolved', 'incomplete', 'truncated']
        ),
        ('sweagent', ['sweagent'], []),
        (
            'verifier',
            ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'],
            ['unresolved', 'incomplete', 'truncated']
        ),
        ('verifier_preference', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'agentlab'], [])
) as targets (target, suits, waives)
;
