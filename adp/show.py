"""A look at single records: one trajectory as steps or as a conversation, and the first records of a stage."""

import json
from collections.abc import Iterator
from typing import Any

import click

from adp.build import identifier
from adp.engine import duckdb
from adp.errors import UserError
from adp.warehouse import execute

RAW, STD = "raw", "std"
_FACTS = ("dataset", "task_id", "outcome", "reward", "model", "agent", "source_file", "step_count", "turn_count")
_WIDTH = 100


def steps(con: duckdb.DuckDBPyConnection, trajectory_id: str) -> Iterator[str]:
    """A trajectory, step by step, as lines of text with colours."""
    # moments are not shown, and to fetch one takes a package of time zones
    facts = _one(con, "from standard.trajectories select * exclude (started_at) where trajectory_id = ?", trajectory_id)
    if facts is None:
        raise _unknown(con, trajectory_id)
    yield click.style(trajectory_id, bold=True)
    yield "  ".join(f"{name} {facts[name]}" for name in _FACTS if facts.get(name) is not None)
    if facts["exclusion"] is not None:
        detail = f" ({facts['exclusion_detail']})" if facts["exclusion_detail"] else ""
        yield click.style(f"left out of every training set: {facts['exclusion']}{detail}", fg="yellow")
    query = "from standard.steps select * exclude (recorded_at) where trajectory_id = ? order by step_index"
    for step in _all(con, query, trajectory_id):
        turn = "" if step["turn_index"] is None else f"turn {step['turn_index']}"
        place = "  ".join(filter(None, [step["source"], step["class"], turn, step["name"], step["tool_call_id"]]))
        yield ""
        yield _rule(f"{step['step_index']}  {place}", step["source"])
        for name in ("reasoning", "thought"):
            if step[name]:
                yield click.style(f"{name}: ", dim=True) + step[name]
        if step["function"] is not None:
            yield click.style(step["function"], bold=True) + " " + _indented(step["arguments"])
        if step["language"] is not None:
            yield click.style(step["language"], bold=True)
        for name in ("url", "content", "axtree"):
            if step[name]:
                yield step[name]
        for image in step["images"] or ():
            path = str(image["path"])  # may be the image itself, as a data: address
            yield click.style(f"image {path if len(path) <= _WIDTH else path[:_WIDTH] + '...'}", dim=True)


def conversation(con: duckdb.DuckDBPyConnection, trajectory_id: str, target: str) -> Iterator[str]:
    """A trajectory as the conversations that an agent is trained on, as lines of text with colours."""
    relation = _target(con, target)
    columns = _columns(con, relation)
    found = _all(con, _of_trajectory(relation, columns), trajectory_id)
    if not found:
        raise _not_in_target(con, trajectory_id, target)
    for record in found:
        yield click.style(record["id"], bold=True)
        if record.get("system"):
            yield ""
            yield _rule("system", "system")
            yield record["system"]
        if "messages" in columns:
            yield from _messages(record)
            continue
        if "conversations" not in columns:
            yield json.dumps(record, indent=2, ensure_ascii=False, default=str)
            continue
        for turn in record["conversations"]:
            speaker, said = _turn(turn)
            yield ""
            yield _rule(speaker, "agent" if speaker in ("gpt", "assistant") else "user")
            yield said
        yield ""


def sample(con: duckdb.DuckDBPyConnection, dataset: str, stage: str, number: int) -> Iterator[Any]:
    """The first records of a stage of one dataset, as JSON values."""
    if stage == RAW:
        form = execute(con, "from raw.corpora select format where dataset = ?", [dataset])
        if form:
            mine = f"from raw.{identifier(form[0][0])} where corpus = ?"
            yield from _as_json(con, f"{mine} order by record limit {number:d}", dataset)
        else:
            yield from _as_json(con, f"from raw.{identifier(dataset)} order by record limit {number:d}")
        return
    relation = _target(con, stage)
    # One trajectory after the other: a view that regroups steps would render the whole dataset for its first record.
    query = _of_trajectory(relation, _columns(con, relation))
    left = number
    for (trajectory_id,) in execute(
        con,
        """
        from standard.stacked_trajectories
        anti join (from sft.exclusions where target = ?) using (trajectory_id)
        select trajectory_id
        where dataset = ?
        order by landing_index
        limit ?
        """,
        [stage, dataset, number],
    ):
        for record in _as_json(con, f"{query} limit {left}", trajectory_id):
            yield record
            left -= 1
        if not left:
            return


def _of_trajectory(relation: str, columns: list[str]) -> str:
    """The query for the records of one trajectory: one, or one for each of its turns."""
    if "trajectory_id" in columns:
        return f"from {relation} where trajectory_id = ? order by length(id), id"
    return f"from {relation} where id = ?"


def _as_json(con: duckdb.DuckDBPyConnection, query: str, *parameters: Any) -> Iterator[Any]:
    for (record,) in execute(con, f"select to_json(records)::varchar from ({query}) as records", parameters):
        yield json.loads(record)


def dataset_name(con: duckdb.DuckDBPyConnection, given: str) -> str:
    """ADP's name of a dataset that was given as a name or an identifier."""
    rows = execute(
        con,
        "from (from seeds.datasets select dataset, identifier union from raw.corpora select dataset, identifier)"
        " order by dataset",
    )
    for dataset, name in rows:
        if given in (dataset, name):
            return str(dataset)
    raise UserError(f"unknown dataset {given!r}; there are {', '.join(str(dataset) for dataset, _ in rows)}")


def _messages(record: dict[str, Any]) -> Iterator[str]:
    """Chat messages with their calls, behind the names of the tools."""
    names = [str(tool["function"]["name"]) for tool in json.loads(record["tools"])]
    yield f"tools: {', '.join(names) or 'none'}"
    for message in map(json.loads, record["messages"]):
        role = str(message["role"])
        answers = f"  {message['tool_call_id']}" if "tool_call_id" in message else ""
        source = {"assistant": "agent", "system": "system", "tool": "environment"}.get(role, "user")
        yield ""
        yield _rule(f"{role}{answers}", source)
        if message.get("reasoning_content"):
            yield click.style("reasoning: ", dim=True) + message["reasoning_content"]
        if message["content"]:
            yield message["content"]
        for call in message.get("tool_calls", ()):
            function = call["function"]
            yield click.style(f"{function['name']}", bold=True) + f"  {call['id']} " + _indented(function["arguments"])
    yield ""


def _turn(turn: dict[str, Any]) -> tuple[str, str]:
    if "from" in turn:
        return str(turn["from"]), str(turn["value"])
    return str(turn["role"]), str(turn["content"])


def _target(con: duckdb.DuckDBPyConnection, target: str) -> str:
    """The view of a target, if there is one."""
    known = execute(
        con,
        "select distinct table_name from information_schema.columns"
        " where table_catalog = current_database() and table_schema = 'sft'"
        " and column_name in ('conversations', 'content', 'trajectory', 'messages') order by all",
    )
    names = [str(name) for (name,) in known]
    if target not in names:
        raise UserError(f"unknown target {target!r}; there are {', '.join(names) or 'none: run `adp build`'}")
    return f'sft."{target}"'


def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    return [str(row[0]) for row in execute(con, f"describe {relation}")]


def _all(con: duckdb.DuckDBPyConnection, query: str, *parameters: Any) -> list[dict[str, Any]]:
    result = con.execute(query, parameters)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _one(con: duckdb.DuckDBPyConnection, query: str, *parameters: Any) -> dict[str, Any] | None:
    found = _all(con, query, *parameters)
    return found[0] if found else None


def _unknown(con: duckdb.DuckDBPyConnection, trajectory_id: str) -> UserError:
    near = execute(
        con,
        "from standard.trajectories select trajectory_id where contains(trajectory_id, ?) order by all limit 3",
        [trajectory_id],
    ) or execute(con, "from standard.trajectories select trajectory_id limit 1")
    if not near:
        return UserError(f"no trajectory {trajectory_id!r}: the warehouse is empty")
    return UserError(f"no trajectory {trajectory_id!r}; there is {', '.join(str(name) for (name,) in near)}")


def _not_in_target(con: duckdb.DuckDBPyConnection, trajectory_id: str, target: str) -> UserError:
    reason = _one(con, "from sft.exclusions where target = ? and trajectory_id = ?", target, trajectory_id)
    if reason is None:
        return _unknown(con, trajectory_id)
    detail = f" ({reason['detail']})" if reason.get("detail") else ""
    return UserError(f"{trajectory_id} is left out of {target}: {reason['reason']}{detail}")


def _rule(text: str, source: str) -> str:
    colour = {"agent": "green", "user": "cyan", "system": "magenta"}.get(source, "blue")
    return click.style(f"── {text} ".ljust(_WIDTH, "─"), fg=colour)


def _indented(arguments: str | None) -> str:
    try:
        return json.dumps(json.loads(arguments or "{}"), indent=2, ensure_ascii=False)
    except ValueError:
        return str(arguments)
