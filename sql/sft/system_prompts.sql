-- sft.system_prompts
-- grain     one row per agent that is trained with a system prompt
-- key       target
-- upstream  raw.system_prompts, seeds.system_prompts
--
-- The prompt that `adp prompts set` or `adp prompts import` has stored stands in place of our own. `task_frame` is what
-- the agent puts around the user's task, `{task}` where that stands; null for one that is shown the task as it is.
create or replace view sft.system_prompts as
with

stored as (
    from raw.system_prompts
),

ours as (
    from seeds.system_prompts
    anti join stored using (target)
)

from stored
select target, text, task_frame, origin, package, version
union all by name
from ours
select target, text, 'seeds' as origin
;
