-- standard.annotations
-- grain     one row per turn of a trajectory and annotator
-- key       trajectory_id, turn_position, annotator
-- upstream  staging.proactive_annotations_annotations, staging.proactive_reward_annotations
--
-- What people said of the tasks that were proposed in a turn, or of there being none. The published reward data names
-- no annotators: theirs are numbers, and only the votes on one task are known.
create or replace view standard.annotations as
with

typed as (
    select
        null::varchar as trajectory_id,
        null::varchar as dataset,
        null::bigint as landing_index,
        null::integer as turn_position,
        null::varchar as annotator,
        null::varchar[] as tasks,
        null::json as label,
        null::varchar as status,
        null::boolean[] as accepted,
        null::boolean as help_needed
    where false
)

from typed
union all by name
from staging.proactive_annotations_annotations
union all by name
from staging.proactive_reward_annotations
;
