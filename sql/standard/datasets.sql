-- standard.datasets
-- grain     one row per dataset of the catalogue
-- key       dataset
-- upstream  seeds.datasets
create or replace view standard.datasets as
from seeds.datasets
select
    dataset,
    identifier,
    source,
    config,
    split,
    licence,
    is_web,
    code_tool,
    task_family,
    agents,
    is_test_data,
    note,
    paper,
    trajectories_reported,
    steps_reported,
    caveats,
;
