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
        ('not_one_command', 'an answer with several commands, or with none, for an agent that gives one at a time'),
        ('duplicate', 'the same task was run before by the same agent in the same setting'),
        ('failed_run', 'a run that an error around the agent broke off: no verdict on the task'),
        ('incomplete_experiment', 'of an experiment that has not run on all of its tasks'),
        ('other_subset', 'of a part of its source that the training set does not take'),
        ('too_easy', 'solved at once: the training set takes what needs several turns'),
        ('no_clean_run', 'no code in it ran without an error, so that no error was mended either'),
        ('unpaired_turns', 'the agent and its environment do not speak in turn'),
        ('few_turns', 'too few messages for a chat'),
        ('cancelled', 'a message of it was cancelled'),
        ('not_sampled', 'fit, but not among those that the seeded sample takes'),
        ('few_shot', 'a task kept apart to be shown as an example'),
        ('no_reference', 'a task without anything to hold an answer against'),
        ('no_tests', 'a program to be written of which no test can be read'),
        ('too_low_level', 'a task of a level that is left out'),
        ('no_table', 'a question about a table that is not there'),
        ('no_question', 'a record beside the tasks that asks nothing'),
        ('bench_event', 'it shows an event of a benchmark, or was recorded with it'),
        ('not_judged', 'nobody said enough about it for a verdict'),
        ('nothing_accepted', 'the agent proposes nothing that its user accepts'),
        ('no_calls', 'the agent calls nothing: there are only words to foresee'),
        ('no_verdict', 'nobody says whether it succeeded'),
        ('no_alternative', 'no action of it beside which a worse one can be put'),
        ('held_out', 'its task is held out for evaluation'),
        ('not_held_out', 'its task is one to be trained on, not one to evaluate with')
) as t (code, meaning)
;
