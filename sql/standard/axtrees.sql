-- standard.axtrees
-- grain     one row per page that comes as HTML, and per act on an element of such a page
-- key       trajectory_id, step_index
-- upstream  raw.derived_axtrees, standard.page_steps
--
-- What a browser makes of a page: its accessibility tree, as `axtree`; of the `xpath` that an act names: the id of
-- that element in the tree, as `bid`. An act is one on the page before it. `adp build` derives both, once for each
-- page's text (`html_hash`), and lands them. Where they are missing, `reason` says why, and `lack` what the trajectory
-- is excluded for. A page that has a tree of its own is not here.
create or replace table standard.axtrees as
with

steps as (
    from standard.page_steps
    select
        dataset,
        landing_index,
        trajectory_id,
        step_index,
        class = 'web_observation' as is_page,
        case when class = 'web_observation' and axtree is null then md5(html) end as html_hash,
        case when contains(cast(arguments as varchar), '"xpath"') then arguments ->> '$.xpath' end as xpath,
    where class = 'web_observation' or contains(cast(arguments as varchar), '"xpath"')
),

-- the page that is seen at each step; '' for one that has no HTML, or its own tree
placed as (
    from steps
    select
        * replace (
            last_value(case when is_page then coalesce(html_hash, '') end ignore nulls) over (
                partition by trajectory_id
                order by step_index
                rows between unbounded preceding and current row
            ) as html_hash
        ),
),

-- a page is shown again where further elements of it are wanted
newest as (
    from raw.derived_axtrees
    select html_hash, max(rendered_at) as rendered_at
    group by html_hash
),

rendered as (
    from raw.derived_axtrees as derived
    semi join newest using (html_hash, rendered_at)
    select html_hash, axtree, elements, reason
),

found as (
    from placed
    left join rendered using (html_hash)
    select
        placed.*,
        rendered.axtree is not null as has_tree,
        case when is_page then rendered.axtree end as axtree,
        case
            when not is_page then list_filter(elements, lambda element: element.xpath = placed.xpath)[1].bid
        end as bid,
        rendered.reason,
    where (is_page and html_hash <> '') or xpath is not null
)

from found
select
    dataset,
    landing_index,
    trajectory_id,
    step_index,
    html_hash,
    xpath,
    axtree,
    bid,
    case
        when is_page and not has_tree then 'no_axtree'
        when not is_page and bid is null then 'no_element'
    end as lack,
    case
        when lack = 'no_axtree' then coalesce(reason, 'the page was not shown to a browser: see `adp build`')
        when lack = 'no_element' and has_tree then 'the tree of its page shows no element at ' || xpath
        when lack = 'no_element' then 'no tree of the page that it is on'
    end as reason,
order by dataset, landing_index, step_index
;
