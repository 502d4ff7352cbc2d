-- standard.datasets
-- grain     one row per dataset of the catalogue, and per corpus that is landed
-- key       dataset
-- upstream  raw.corpora, raw.landings, seeds.agent_tools, seeds.datasets, staging.adp_std_steps
--
-- A corpus that has the name of a dataset of the catalogue stands in its row. Of the others little is known: they are
-- web datasets where they show pages, and any agent may be trained on them as far as their steps allow.
--
-- A table: most models read it, and as a view it was a good part of their planning.
create or replace table standard.datasets as
with

landings as (
    from raw.landings
    select dataset, string_agg(source, ', ' order by source) as source
    group by dataset
),

typed as (
    select null::varchar as dataset, null::varchar as class
    where false
),

taken_in as (
    from typed
    union all by name
    from staging.adp_std_steps
),

browsing as (
    from taken_in
    select distinct dataset, true as is_web
    where class = 'web_observation'
),

targets as (
    from seeds.agent_tools
    select list(distinct target order by target) as agents
),

unknown as (
    from raw.corpora
    anti join seeds.datasets using (dataset)
    left join landings using (dataset)
    left join browsing using (dataset)
    cross join targets
    select
        dataset,
        identifier,
        coalesce(source, dataset) as source,
        coalesce(is_web, false) as is_web,
        case when is_web then 'browser' end as code_tool,
        agents,
        false as is_test_data,
),

listed as (
    from seeds.datasets
    union all by name
    from unknown
)

from listed
left join raw.corpora as corpora using (dataset)
select
    dataset,
    listed.identifier,
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
    corpora.format,
;
