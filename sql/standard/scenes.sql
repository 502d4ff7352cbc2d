-- standard.scenes
-- grain     one row per scene for a simulated user, or per kind of seed tasks that scenes are made of
-- key       scene_id
-- upstream  staging.proactive_scenes_tasks
--
-- What the gym plays out. `form` is `scene`, `seed`, or `unreadable` for a record that is neither.
create or replace view standard.scenes as
with

typed as (
    select
        null::varchar as scene_id,
        null::varchar as dataset,
        null::bigint as landing_index,
        null::varchar as source_file,
        null::bigint as source_row,
        null::varchar as task_id,
        null::varchar as form,
        null::varchar as theme,
        null::varchar as description,
        null::varchar[] as entities,
        null::json[] as operations,
        null::varchar[] as events,
        null::varchar as user_goal,
        null::varchar as user_description,
        null::varchar[] as tasks,
        null::json as details
    where false
)

from typed
union all by name
from staging.proactive_scenes_tasks
;
