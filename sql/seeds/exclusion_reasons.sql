-- seeds.exclusion_reasons
-- grain     one row per reason why a trajectory is left out of training
-- key       code
-- upstream  none
--
-- Codes of standard.trajectories.exclusion (the source's doing, for every target) and of sft.exclusions.
create or replace view seeds.exclusion_reasons as
select *
from (
    values
        ('unresolved', 'the source says that the task was not solved'),
        ('incomplete', 'it lacks the step that ends a trajectory of its source, such as a submit'),
        ('truncated', 'it ends in an observation that the agent did not answer'),
        ('unreadable_step', 'a step that no rule of the source reads, or one that says nothing'),
        ('not_trained', 'the source says that nobody is to be trained on it, or on what it ends in'),
        ('no_steps', 'nothing but a system prompt, or nothing at all'),
        ('no_task', 'it does not begin with what the agent is asked or shown'),
        ('no_actions', 'the agent does nothing'),
        ('other_agent', 'its dataset does not suit the agent'),
        ('unknown_tool', 'a call of a function that neither the agent nor the trajectory''s set of tools has'),
        ('misfit_call', 'a call that does not fit its tool''s signature'),
        ('other_language', 'code in a language that the agent cannot run'),
        ('not_web', 'a trajectory of a web dataset that shows no page, for an agent that lives in a browser'),
        ('web', 'a web trajectory, for an agent without a browser'),
        ('no_axtree', 'a page without its accessibility tree'),
        ('no_element', 'an act on an element that the accessibility tree of its page does not show'),
        ('image', 'an image, for an agent that cannot see, or one of which the source has not even a name'),
        ('test_data', 'a task of a benchmark, which is exported only when that is asked for'),
        ('no_command', 'a call or code that is no single command of a shell, for an agent that has nothing else'),
        ('not_one_command', 'an answer with several commands, or with none, for an agent that gives one at a time')
) as t (code, meaning)
;
