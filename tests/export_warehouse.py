"""A small warehouse made for the tests of the export: two datasets, three targets, texts that are hard to write."""

from pathlib import Path

import duckdb

from adp.config import Paths

ALPHA, BETA = 300, 120  # trajectories
# Quotes, backslashes, every control character, what ends a line in some languages, an astral character.
HARD = (
    r"""'\"/' || '\u000B' || '\\'"""
    " || array_to_string(list_transform(range(0, 32), lambda i: chr(i::integer)), '')"
    " || chr(127) || chr(8232) || chr(65279) || '€😀'"
)

MODELS = f"""
create schema raw; create schema seeds; create schema staging; create schema standard; create schema sft;

create macro told(speaker, text) as {{'from': speaker, 'value': text}};
create macro speaker_of(kind) as case when kind = 'action' then 'gpt' else 'human' end;

create view raw.landings as
select * from (values
    ('alpha', '/home/someone/dumps/alpha.jsonl', null, 'MIT', 300, 2, 'aaaa'),
    ('beta', 'lab/beta', 'r1', null, 120, 0, 'bbbb')
) as t (dataset, source, revision, licence, records, rejected, sha256);

create view seeds.datasets as
select * from (values
    ('alpha', 'alpha', 'lab/alpha', 'MIT', false),
    ('beta-set', 'beta_set', 'lab/beta', null, false),
    ('gamma', 'gamma', 'lab/gamma', null, false)
) as t (dataset, identifier, source, licence, is_test_data);
create view seeds.agent_tools as
select 'talker' as target, 'run' as name, 'runs' as description, '{{}}'::json as parameters;

create table staging.alpha_trajectories as
select
    'alpha/' || i as trajectory_id, 'alpha' as dataset, i as landing_index, 'task ' || i // 3 as task_id,
    case when i % 10 = 0 then 'unresolved' end as exclusion,
    case when i % 2 = 0 then '[{{"n":1}}]'::json end as tools,
from range(1, {ALPHA} + 1) as t (i);
create table staging.alpha_steps as
with numbered as (from range(1, {ALPHA} + 1) as t (i) select i, unnest(range(2 + i % 7)) as step_index)
from numbered
select
    'alpha/' || i as trajectory_id, 'alpha' as dataset, i as landing_index, step_index,
    case when step_index % 2 = 0 then 'observation' else 'action' end as kind,
    {HARD} || repeat(md5(concat(i, step_index)), (i * 7 + step_index * 13) % 97) as content,
    '{{"a":  "\\u00e9", "list": []}}'::json as arguments,
order by i, step_index;

create table staging.beta_set_trajectories as
select 'beta-set/' || i || '-0' as trajectory_id, 'beta-set' as dataset, i as landing_index
from range(1, {BETA} + 1) as t (i);
create table staging.beta_set_steps as
with numbered as (from range(1, {BETA} + 1) as t (i) select i, unnest(range(3)) as step_index)
from numbered
select
    'beta-set/' || i || '-0' as trajectory_id, 'beta-set' as dataset, i as landing_index, step_index,
    case when step_index = 1 then 'action' else 'observation' end as kind,
    case when step_index < 2 then 'short ' || i end as content
order by i, step_index;

create view standard.steps as
from staging.alpha_steps union all by name from staging.beta_set_steps;
create view standard.stacked_trajectories as
from staging.alpha_trajectories union all by name from staging.beta_set_trajectories;
create view standard.trajectories as from standard.stacked_trajectories;
create view standard.datasets as from seeds.datasets;
create view standard.dataset_toolsets as
select 'beta-set' as dataset, 'tttt' as toolset_id;

create table sft.exclusions as
from standard.trajectories select 'talker' as target, trajectory_id, exclusion as reason where exclusion is not null
union all
from standard.trajectories
select 'walker' as target, trajectory_id, 'not_web' as reason where dataset = 'alpha';

create view sft.system_prompts as
select * from (values ('talker', 'Be brief.', 'seeds', null, null), ('walker', 'Walk.', 'seeds', null, null))
as t (target, text, origin, package, version);

create view sft.agent_tools as
from seeds.agent_tools
select target, name, null as called_in, description, parameters, 'seeds' as origin, null as package, null as version;

create view sft.talker as
with kept as (
    from standard.trajectories
    anti join (from sft.exclusions where target = 'talker') as excluded using (trajectory_id)
)
from standard.steps join kept using (dataset, landing_index, trajectory_id)
select
    trajectory_id as id,
    list(told(speaker_of(kind), content) order by step_index) as conversations,
    (select text from sft.system_prompts where target = 'talker') as system,
    dataset,
group by dataset, landing_index, trajectory_id
order by dataset, landing_index;

create view sft.agentlab as
from standard.steps
anti join (from sft.exclusions where target = 'walker') as excluded using (trajectory_id)
select
    trajectory_id || '-' || step_index as id,
    [{{'role': 'user', 'content': coalesce(content, '')}}, {{'role': 'assistant', 'content': 'ok'}}] as conversations,
    'Walk.' as system,
    dataset,
    trajectory_id,
order by dataset, landing_index, step_index;

create view sft.std as
from standard.trajectories join standard.steps using (dataset, landing_index, trajectory_id)
select
    trajectory_id as id,
    list(
        cast(
            concat('{{"content":', coalesce(to_json(content), 'null'), ',"kwargs":', coalesce(arguments, 'null'), '}}')
            as json
        ) order by step_index
    ) as content,
    json_object('exclusion', any_value(exclusion)) as details,
    any_value(exclusion) is null as trained,
    dataset,
group by dataset, landing_index, trajectory_id
order by dataset, landing_index;

create view sft.helper as select 1 as number;
"""


def make(folder: Path, more: str = "") -> Paths:
    """The warehouse in a folder; `more` is run behind its models."""
    paths = Paths(folder / "adp.db", folder / "data")
    with duckdb.connect(str(paths.db), config={"storage_compatibility_version": "v1.5.0"}) as con:
        con.execute("set force_compression = 'zstd'")
        con.execute(MODELS + more)
    return paths


def rows(paths: Paths, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    with duckdb.connect(str(paths.db), read_only=True) as con:
        return con.execute(query).fetchall()
