-- standard.page_steps
-- grain     one row per step of a dataset whose pages are HTML
-- key       trajectory_id, step_index
-- upstream  staging.mind2web_steps, staging.turkingbench_steps
--
-- Pages of these datasets have `html`, acts on their elements an argument `xpath`. What a browser makes of them,
-- accessibility trees and the ids of elements in them, is joined in standard.steps. The other datasets do not come by
-- here, so that they do not pay for it.
create or replace view standard.page_steps as
with

typed as (
    select
        null::varchar as trajectory_id,
        null::integer as step_index,
        null::varchar as dataset,
        null::bigint as landing_index,
        null::varchar as class,
        null::json as arguments,
        null::varchar as html,
        null::varchar as axtree,
        null::json as details
    where false
)

from typed
union all by name
from staging.mind2web_steps
union all by name
from staging.turkingbench_steps
union all by name
from staging.weblinx_steps
union all by name
from staging.wonderbread_steps
;
