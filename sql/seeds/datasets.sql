-- seeds.datasets
-- grain     one row per dataset of the catalogue
-- key       dataset
-- upstream  none
--
-- Facts that the dumps themselves do not carry. `licence` is what the source's card states, null where that is
-- unknown. `code_tool` is the OpenHands tool in which the dataset's own functions are called. `agents` are the targets
-- that its trajectories suit. `is_test_data`: a benchmark's own tasks, which nobody trains on. `trajectories_reported`
-- and `steps_reported` (on average) are what the dataset's authors or ADP's say of the whole of it.
create or replace view seeds.datasets as
select *
from (
    values
        (
            'agenttuning_os', 'agenttuning_os', 'THUDM/AgentInstruct', null::varchar, 'os', null::varchar,
            false, null::varchar, null::varchar, ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'shell tasks in Think / Act prose',
            'https://arxiv.org/abs/2310.12823', 200::bigint, 6.9::double, null::varchar
        ),
        (
            'code_feedback', 'code_feedback', 'm-a-p/Code-Feedback', null, 'train', 'apache-2.0',
            false, null, null, ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'multi-turn coding help with fenced code in many languages',
            'https://arxiv.org/abs/2402.14658', 66400, 4.0, null
        ),
        (
            'codeactinstruct', 'codeactinstruct', 'xingyaoww/code-act', null, 'codeact', 'apache-2.0',
            false, 'execute_ipython_cell', null, ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'Python in <execute> tags, answers in <solution> tags',
            'https://arxiv.org/abs/2402.01030', 7100, 4.0, null
        ),
        (
            'nnetnav-live', 'nnetnav_live', 'stanfordnlp/nnetnav-live', null, 'train', 'apache-2.0',
            true, 'browser', null, ['openhands', 'openhands_tools', 'agentlab'], false,
            'live websites, one dump line per step, accessibility trees',
            'https://arxiv.org/abs/2410.02907', 4600, 15.5, null
        ),
        (
            'nnetnav-wa', 'nnetnav_wa', 'stanfordnlp/nnetnav-wa', null, 'train', 'apache-2.0',
            true, 'browser', null, ['openhands', 'openhands_tools', 'agentlab'], false,
            'the websites of WebArena, one dump line per step, accessibility trees',
            'https://arxiv.org/abs/2410.02907', 3700, 19.2,
            'Browsed on the websites of the WebArena benchmark: an agent trained on it has seen them.'
        ),
        (
            'orca_agentinstruct', 'orca_agentinstruct', 'microsoft/orca-agentinstruct-1M-v1', null, 'all',
            'cdla-permissive-2.0',
            false, null, null, ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'a million short instruction-answer pairs',
            'https://arxiv.org/abs/2407.03502', 1046400, 1.3, null
        ),
        (
            'swe-gym_openhands_sampled_trajectories', 'swe_gym_openhands_sampled_trajectories',
            'SWE-Gym/OpenHands-Sampled-Trajectories', null, 'train.raw', null,
            false, null, 'swe', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'OpenHands runs on SWE-Gym with parallel tool calls',
            'https://arxiv.org/abs/2412.21139', 500, 19.7, null
        ),
        (
            'swe-smith', 'swe_smith', 'SWE-bench/SWE-smith-trajectories', null, 'tool, xml, ticks', null,
            false, 'execute_bash', 'swe', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'SWE-agent runs on synthetic bugs',
            'https://arxiv.org/abs/2504.21798', 5000, 29.4, null
        )
) as t (
    dataset, identifier, source, config, split, licence, is_web, code_tool, task_family, agents, is_test_data, note,
    paper, trajectories_reported, steps_reported, caveats
)
;
