"""What SQL alone cannot compute: token counts. Derived per content hash and landed, so that every model stays SQL."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adp import bpe, sqltext
from adp.bpe import check_tokenizer, count_tokens, tokenizer_name
from adp.config import DEFAULT_TOKENIZER, Paths
from adp.engine import duckdb
from adp.replace import replacing
from adp.talk import Talk
from adp.warehouse import execute

TEXTS = "standard.texts"
PROMPTS = "standard.prompts"
_RECORD = "derived:token_counts:"


def register(con: duckdb.DuckDBPyConnection, tokenizer: str = DEFAULT_TOKENIZER) -> None:
    """Make py_count_tokens(text) known to a connection; no model calls it, the derivation does."""
    check_tokenizer(tokenizer)
    create: Any = con.create_function  # its stubs differ between DuckDB versions
    create(
        "py_count_tokens",
        lambda texts: count_tokens(texts, tokenizer),  # DuckDB would try to evaluate the annotations of a function
        [duckdb.sqltype("VARCHAR")],
        duckdb.sqltype("BIGINT"),
        type="arrow",
    )


def missing(
    con: duckdb.DuckDBPyConnection,
    paths: Paths,
    parts: Mapping[str, str],
    *,
    tokenizer: str | None = None,
    talk: Talk | None = None,
) -> int:
    """Count the tokens of every text of the warehouse that was not counted yet; return how many were landed.

    `parts` are the datasets (identifiers) and PROMPTS, each with a fingerprint of where its texts come from: a part
    that did not change since its texts were counted is not looked at.
    """
    tokenizer = tokenizer or DEFAULT_TOKENIZER
    name = tokenizer_name(tokenizer)
    folder = paths.derived / "token_counts"
    done = dict(execute(con, "select name, fingerprint from runner.fingerprints where starts_with(name, ?)", [_RECORD]))
    landed = any(folder.glob(f"{name}--*.parquet"))
    changed = {
        part: fingerprint
        for part, fingerprint in parts.items()
        if not landed or done.get(_record(name, part)) != fingerprint
    }
    return _Derivation(con, folder, tokenizer, name, talk or Talk(quiet=True)).run(changed) if changed else 0


class _Derivation:
    """Counting with one tokenizer: a file of counts for each part that has texts without one."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, tokenizer: str, name: str, talk: Talk) -> None:
        self.con = con
        self.folder = folder
        self.tokenizer = tokenizer
        self.name = name
        self.talk = talk

    def run(self, changed: Mapping[str, str]) -> int:
        """Count for the changed parts; how many texts were counted."""
        started = time.monotonic()
        count = 0
        register(self.con, self.tokenizer)
        try:
            with self.talk.bar("token counts", total=len(changed)) as update:
                for part, fingerprint in changed.items():
                    update(what=f"token counts: {part}")
                    count += self._count(part)
                    record = _record(self.name, part)
                    execute(self.con, "delete from runner.fingerprints where name = ?", [record])
                    execute(self.con, "insert into runner.fingerprints values (?, ?, now(), 0)", [record, fingerprint])
                    update(advance=1)
        finally:
            self.con.remove_function("py_count_tokens")
            bpe.forget()
        if count:
            self.talk.say(f"counted the tokens of {count:,} texts ({self.name}) in {time.monotonic() - started:.1f} s")
        return count

    def _count(self, part: str) -> int:
        """Land the counts of a part's texts that have none; how many."""
        texts = self._texts(part)
        if texts is None:
            return 0
        counted = sorted(self.folder.glob(f"{self.name}--*.parquet"))
        known = f"anti join read_parquet({sqltext.paths(counted)}) as known using (content_hash)" if counted else ""
        target = self.folder / f"{self.name}--{part}-{self._next_number(part):06}.parquet"
        with replacing(target) as new:
            copied = execute(
                self.con,
                f"""
                copy (
                    from ({texts}) as texts
                    {known}
                    select
                        content_hash,
                        {sqltext.literal(self.name)} as tokenizer,
                        any_value(py_count_tokens(text)) as tokens
                    group by content_hash
                ) to {sqltext.literal(new.path)} (format parquet, compression zstd, use_tmp_file false)
                """,
            )
            count = int(copied[0][0])
            if count:
                new.commit()
        return count

    def _texts(self, part: str) -> str | None:
        """The query for a part's texts; none where it has no trajectory."""
        if part == PROMPTS:
            return "from standard.prompts select prompt_id as content_hash, text"
        names = execute(self.con, f'from staging."{part}_trajectories" select distinct dataset order by dataset')
        if not names:
            return None
        # The datasets' own names, as constants: that is how the scan skips the others.
        listed = ", ".join(sqltext.literal(name) for (name,) in names)
        return f"from {TEXTS} select content_hash, text where dataset in ({listed})"

    def _next_number(self, part: str) -> int:
        numbers = [int(path.stem.rsplit("-", 1)[1]) for path in self.folder.glob(f"{self.name}--{part}-*.parquet")]
        return max(numbers, default=0) + 1


def _record(name: str, part: str) -> str:
    """Under which name it is recorded that the texts of a part were counted."""
    return f"{_RECORD}{name}:{part}"
