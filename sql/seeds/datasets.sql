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
            'agenttuning_alfworld', 'agenttuning_alfworld', 'THUDM/AgentInstruct', null::varchar, 'alfworld',
            null::varchar,
            false, 'execute_ipython_cell', null::varchar,
            ['openhands', 'openhands_tools', 'sweagent', 'agentlab'], false,
            'a household told in text, in THOUGHT / ACTION prose',
            'https://arxiv.org/abs/2310.12823', 300::bigint, 15.5::double,
            'The rules of the first message are shown without those on how to write an act.'
        ),
        (
            'agenttuning_db', 'agenttuning_db', 'THUDM/AgentInstruct', null, 'db', null,
            false, null, null,
            ['openhands', 'openhands_tools', 'sweagent', 'agentlab'], false,
            'questions to a MySQL database, SQL in fences',
            'https://arxiv.org/abs/2310.12823', 500, 3.0,
            'Some agents answer with the statement that they would run and never run it.'
        ),
        (
            'agenttuning_kg', 'agenttuning_kg', 'THUDM/AgentInstruct', null, 'kg', null,
            false, 'execute_ipython_cell', null,
            ['openhands', 'openhands_tools', 'sweagent', 'agentlab'], false,
            'questions to a knowledge base, in Thought / Action prose',
            'https://arxiv.org/abs/2310.12823', 300, 15.5,
            'Trajectories begin with a solved example. The rules are shown without their list of functions.'
        ),
        (
            'agenttuning_mind2web', 'agenttuning_mind2web', 'THUDM/AgentInstruct', null, 'mind2web', null,
            false, null, null,
            ['openhands', 'openhands_tools', 'sweagent', 'agentlab'], false,
            'one choice among elements of a page, in Thought / Answer prose',
            'https://arxiv.org/abs/2310.12823', 100, 1.0,
            'Pages are text of the question, not pages to act on. Some answers have nothing to do with the page.'
        ),
        (
            'agenttuning_os', 'agenttuning_os', 'THUDM/AgentInstruct', null::varchar, 'os', null::varchar,
            false, null::varchar, null::varchar, ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'shell tasks in Think / Act prose',
            'https://arxiv.org/abs/2310.12823', 200::bigint, 6.9::double, null::varchar
        ),
        (
            'agenttuning_webshop', 'agenttuning_webshop', 'THUDM/AgentInstruct', null, 'webshop', null,
            false, 'execute_ipython_cell', null,
            ['openhands', 'openhands_tools', 'sweagent', 'agentlab'], false,
            'a web shop told in text, in Thought / Action prose',
            'https://arxiv.org/abs/2310.12823', 400, 5.7,
            'The rules of the first message are shown without those on how to write an act.'
        ),
        (
            'android_in_the_wild', 'android_in_the_wild', 'gs://gresearch/android-in-the-wild', null,
            'general, google_apps, install, single, web_shopping', 'cc-by-4.0',
            false, 'execute_ipython_cell', null, ['openhands', 'openhands_tools'], false,
            'gestures of people on a phone, one dump line per step',
            'https://arxiv.org/abs/2307.10088', 715142, 8.0,
            'Places are shares of the screen. The goals of the subset single were made up for what was done.'
        ),
        (
            'androidcontrol', 'androidcontrol', 'gs://gresearch/android_control', null, 'train', 'apache-2.0',
            false, 'execute_ipython_cell', null, ['openhands', 'openhands_tools'], false,
            'what people did on a phone, with a word on each step and the elements of each screen',
            'https://arxiv.org/abs/2406.03679', 15283, null,
            'The archives hold test episodes, too; which they are is in splits.json beside them.'
        ),
        (
            'code_feedback', 'code_feedback', 'm-a-p/Code-Feedback', null, 'train', 'apache-2.0',
            false, null, null, ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'multi-turn coding help with fenced code in many languages',
            'https://arxiv.org/abs/2402.14658', 66400, 4.0, null
        ),
        (
            'codeact-runs', 'codeact_runs', 'https://github.com/xingyaoww/code-act', null, null, null,
            false, 'execute_ipython_cell', null,
            ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'codeact'], false,
            'runs of agents that write Python, as the generator leaves them: solved and unsolved, with their cost',
            'https://arxiv.org/abs/2402.01030', null, null,
            'What codeactinstruct was made of: train on one of the two. The session ran code without a sandbox.'
        ),
        (
            'codeactinstruct', 'codeactinstruct', 'xingyaoww/code-act', null, 'codeact', 'apache-2.0',
            false, 'execute_ipython_cell', null,
            ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent', 'codeact'], false,
            'Python in <execute> tags, answers in <solution> tags',
            'https://arxiv.org/abs/2402.01030', 7100, 4.0, null
        ),
        (
            'eto', 'eto', 'agent-eto/eto-sft-trajectory', null, null, 'apache-2.0',
            false, null, null, ['openhands', 'openhands_tools', 'sweagent'], false,
            'a web shop, a household and a science laboratory told in text, in Thought / Action prose',
            'https://arxiv.org/abs/2403.02502', 6423, null,
            'Actions are words of a message, as the source has them: no calls, and no thoughts of their own.'
        ),
        (
            'general-chat', 'general_chat', 'Open-Orca/OpenOrca', null, null, null,
            false, null, null, ['codeact'], false,
            'chats without an agent, in the shapes of OpenOrca, ShareGPT and Capybara, to mix with those of agents',
            'https://arxiv.org/abs/2402.01030', null, null,
            'Each collection has a licence of its own, and ShareGPT''s chats are what people said to a product.'
        ),
        (
            'llava_plus', 'llava_plus', 'LLaVA-VL/llava-plus-data', null, 'train', 'cc-by-nc-4.0',
            false, 'execute_ipython_cell', null, ['openhands', 'openhands_tools'], false,
            'talk about a picture, with calls of models that look at it or change it',
            'https://arxiv.org/abs/2311.05437', null, null,
            'The pictures are those of COCO and other collections: get them there, and add them with --append. '
            || 'Calls of models other than inpainting and sam are excluded until seeds.tools has their signatures.'
        ),
        (
            'mind2web', 'mind2web', 'osunlp/Mind2Web', null, 'train', 'cc-by-4.0',
            true, 'browser', null, ['openhands', 'openhands_tools', 'agentlab'], false,
            'tasks on real websites, with the HTML of the page before every act',
            'https://arxiv.org/abs/2306.06070', 1000, 9.6,
            'A browser of ours makes the trees from the saved HTML; acts on what a tree does not show are excluded.'
        ),
        (
            'go-browse-wa', 'go_browse_wa', 'apurvaga/go-browse-wa-raw', null, 'train', null,
            true, 'browser', null, ['openhands', 'openhands_tools', 'agentlab'], false,
            'the websites of WebArena, explored page by page; one dump line per step, accessibility trees',
            'https://arxiv.org/abs/2506.03533', 7900, 6.8,
            'Browsed on the websites of the WebArena benchmark. The published files hold screenshots, too.'
        ),
        (
            'mini-coder', 'mini_coder', 'ricdomolm/mini-coder-trajs-400k', null, 'train', null,
            false, 'execute_bash', 'swe', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'mini-swe-agent runs on synthetic bugs',
            null, null, null,
            'One bug comes in several samples of several models; only what is verified is trained on.'
        ),
        (
            'nebius_SWE-agent-trajectories', 'nebius_swe_agent_trajectories', 'nebius/swe-agent-trajectories', null,
            'train', 'cc-by-4.0',
            false, 'execute_bash', 'swe', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'SWE-agent runs on GitHub issues, edits by line numbers',
            null, 13400, 16.2,
            'The 13,400 are those whose target is true, of 80,036: the others stay as failures.'
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
            'omniact', 'omniact', 'Writer/omniact', null, 'train', 'mit',
            false, null, null, ['openhands', 'openhands_tools'], false,
            'a desktop or web page as a screenshot, a task, and the PyAutoGUI script that does it',
            'https://arxiv.org/abs/2402.17553', null, null,
            'Without the screenshots of data.zip the scripts point at what the agent cannot see.'
        ),
        (
            'openhands', 'openhands', 'all-hands/openhands-feedback', null, 'train', 'mit',
            true, 'execute_ipython_cell', null, ['openhands', 'openhands_tools', 'sweagent'], false,
            'sessions of OpenHands that their users shared and judged',
            'https://arxiv.org/abs/2407.16741', 275, 18.0,
            'What people share may hold names, addresses and keys; look through it before you train on it.'
        ),
        (
            'orca_agentinstruct', 'orca_agentinstruct', 'microsoft/orca-agentinstruct-1M-v1', null, 'all',
            'cdla-permissive-2.0',
            false, null, null, ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'a million short instruction-answer pairs',
            'https://arxiv.org/abs/2407.03502', 1046400, 1.3, null
        ),
        (
            'proactive-annotations', 'proactive_annotations',
            'https://github.com/thunlp/ProactiveAgent', null, null, null,
            false, null, null, ['reward'], false,
            'what annotators said of tasks that were proposed at a desktop',
            'https://arxiv.org/abs/2410.12361', null, null,
            'Three people look at a trace: a row of reward data needs two who agree.'
        ),
        (
            'proactive-bench', 'proactive_bench',
            'https://github.com/thunlp/ProactiveAgent', null, 'test', null,
            false, null, null, [], true,
            'what people did at their desktops, event by event, and tasks that could be proposed then',
            'https://arxiv.org/abs/2410.12361', null, null,
            'Test data: what shows one of its events is in no training set.'
        ),
        (
            'proactive-gym', 'proactive_gym',
            'https://github.com/thunlp/ProactiveAgent', null, null, null,
            false, null, null, ['proactive_agent'], false,
            'a simulated user in a made-up scene, and an agent that proposes tasks to him',
            'https://arxiv.org/abs/2410.12361', null, null,
            'Only what the simulated user accepted is trained on.'
        ),
        (
            'proactive-judgements', 'proactive_judgements',
            'https://github.com/thunlp/ProactiveAgent', null, null, null,
            false, null, null, [], false,
            'judgements, not trajectories: whether a user would accept what was proposed',
            'https://arxiv.org/abs/2410.12361', null, null,
            null
        ),
        (
            'proactive-reward', 'proactive_reward',
            'https://github.com/thunlp/ProactiveAgent', null, 'train, test', null,
            false, null, null, ['reward'], false,
            'moments of a trace, a task or none, and how people voted on it',
            'https://arxiv.org/abs/2410.12361', null, null,
            'Most rows are of the bench''s own traces: they are in no training set.'
        ),
        (
            'proactive-scenes', 'proactive_scenes',
            'https://github.com/thunlp/ProactiveAgent', null, null, null,
            false, null, null, [], false,
            'scenes for a simulated user, not trajectories',
            'https://arxiv.org/abs/2410.12361', null, null,
            null
        ),
        (
            'proactive-traces', 'proactive_traces',
            'https://github.com/thunlp/ProactiveAgent', null, 'test', null,
            false, null, null, [], true,
            'what models answered to the events of the bench',
            'https://arxiv.org/abs/2410.12361', null, null,
            'Test data. Some models write the word null where they propose nothing.'
        ),
        (
            'screenagent', 'screenagent', 'https://github.com/niuzaisheng/ScreenAgent', null, 'train', 'apache-2.0',
            false, null, null, ['openhands', 'sweagent'], false,
            'calls of a model that plans, acts and judges at a desktop; answers are JSON',
            'https://arxiv.org/abs/2402.07945', null, null,
            'Land the repository''s zip archive: without the screens the answers point at what the agent cannot see, '
            || 'and only the task is told instead of the prompt.'
        ),
        (
            'swe-gym_openhands_sampled_trajectories', 'swe_gym_openhands_sampled_trajectories',
            'SWE-Gym/OpenHands-Sampled-Trajectories', null, 'train.raw', null,
            false, null, 'swe', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'OpenHands runs on SWE-Gym with parallel tool calls',
            'https://arxiv.org/abs/2412.21139', 500, 19.7, null
        ),
        (
            'swe-play-trajectories', 'swe_play_trajectories', 'StephenZhu/SWE-Play-trajectories', null, 'train', null,
            false, 'execute_bash', null, ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'OpenHands runs on projects that models made up',
            'https://arxiv.org/abs/2512.12216', 704, null,
            'The first message of every trajectory shows a worked example; whether a task was solved is not told.'
        ),
        (
            'swe-smith', 'swe_smith', 'SWE-bench/SWE-smith-trajectories', null, 'tool, xml, ticks', null,
            false, 'execute_bash', 'swe', ['openhands', 'openhands_tools', 'sweagent', 'mini_swe_agent'], false,
            'SWE-agent runs on synthetic bugs',
            'https://arxiv.org/abs/2504.21798', 5000, 29.4, null
        ),
        (
            'synatra', 'synatra', 'oottyy/Synatra', null, 'train', null,
            true, 'browser', null, ['openhands', 'openhands_tools', 'agentlab'], false,
            'single steps of browsing tasks made up from tutorials, on made-up pages',
            'https://arxiv.org/abs/2409.15637', 99900, 1.0,
            'Each step is a trajectory of its own and is not closed: its task goes on behind it.'
        ),
        (
            'toolbench', 'toolbench', 'tuandunghcmut/toolbench-v1', 'default', 'train', 'apache-2.0',
            false, 'execute_ipython_cell', null, ['openhands', 'openhands_tools', 'sweagent'], false,
            'calls of web services in Thought / Action / Action Input prose',
            'https://arxiv.org/abs/2307.16789', 126486, null,
            'Nobody checked the answers. An agent that gives up is excluded.'
        ),
        (
            'tasks-apps', 'tasks_apps', 'codeparrot/apps', null, 'train, test', 'mit',
            false, null, null, []::varchar[], false,
            'tasks, not trajectories: programming problems with tests',
            'https://arxiv.org/abs/2105.09938', null, null, null
        ),
        (
            'tasks-hotpotqa', 'tasks_hotpotqa', 'https://hotpotqa.github.io', null, 'train', 'cc-by-sa-4.0',
            false, null, null, [], false,
            'tasks, not trajectories: questions over several pages of Wikipedia',
            'https://arxiv.org/abs/1809.09600', null, null, null
        ),
        (
            'tasks-math', 'tasks_math', 'https://github.com/hendrycks/math', null, 'train, test', null,
            false, null, null, [], false,
            'tasks, not trajectories: competition problems with short answers',
            'https://arxiv.org/abs/2103.03874', null, null, null
        ),
        (
            'tasks-wikitablequestions', 'tasks_wikitablequestions',
            'https://github.com/ppasupat/WikiTableQuestions', null, 'training', 'cc-by-sa-4.0',
            false, null, null, [], false,
            'tasks, not trajectories: questions about tables of Wikipedia',
            'https://arxiv.org/abs/1508.00305', null, null, null
        ),
        (
            'toucan_1_5m', 'toucan_1_5m', 'Agent-Ark/Toucan-1.5M', 'Kimi-K2', 'train', 'apache-2.0',
            false, 'execute_ipython_cell', null, ['openhands', 'openhands_tools', 'sweagent'], false,
            'calls of many tools behind the Model Context Protocol',
            'https://arxiv.org/abs/2510.01179', 518516, null,
            'The records of Kimi-K2; those of other models have the same form. Nobody says which answers are right.'
        ),
        (
            'turkingbench', 'turkingbench', 'https://github.com/JHU-CLSP/turking-bench', null, null, null,
            true, 'browser', null, ['openhands', 'openhands_tools', 'agentlab'], false,
            'crowdsourcing forms as HTML, filled as workers did',
            'https://arxiv.org/abs/2403.11905', 32200, null,
            'A browser of ours makes the trees, without the scripts and pictures of the forms.'
        ),
        (
            'webarena_successful', 'webarena_successful',
            'https://drive.google.com/file/d/1tvnaklsdSLx4Sp9Uc1spopcFpLktStO8', null, null, null,
            true, 'browser', 'webarena', ['openhands', 'openhands_tools', 'agentlab'], true,
            'solved tasks of the WebArena benchmark, accessibility trees, several agents',
            'https://arxiv.org/abs/2307.13854', null, null,
            'Test data: nothing of it is exported for training unless that is asked for.'
        ),
        (
            'weblinx', 'weblinx', 'McGill-NLP/WebLINX-full', null, 'train', null,
            true, 'browser', null, ['openhands', 'openhands_tools', 'agentlab'], false,
            'two people who talk while one of them browses, pages as HTML',
            'https://arxiv.org/abs/2402.05930', null, null,
            'What people type may be private. The splits other than train are test data.'
        ),
        (
            'wonderbread', 'wonderbread', 'https://zenodo.org/records/12671568', null, null, null,
            true, 'browser', 'webarena', ['openhands', 'openhands_tools', 'agentlab'], false,
            'recordings of people who do tasks of WebArena, pages as HTML',
            'https://arxiv.org/abs/2406.13264', null, null,
            'The tasks are those of the WebArena benchmark: an agent trained on it has seen them.'
        )
) as t (
    dataset, identifier, source, config, split, licence, is_web, code_tool, task_family, agents, is_test_data, note,
    paper, trajectories_reported, steps_reported, caveats
)
;
