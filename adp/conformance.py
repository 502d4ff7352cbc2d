"""Our output held against the reference converters': docs/conformance.md.

`python -m adp.conformance` (or `make conformance`) lands the reference's raw records of every dataset of the catalogue
in a warehouse of its own, builds it, exports whatever the reference has output for, and has the comparing program judge
it. Neither the records nor that program belong to this project: they are looked for beside it (`--reference`).

Every place where the reference's text is not ours must be explained by a row of docs/deviations.md; RULES and ABSENT
say how such a place is told. What they do not explain is listed as unexplained, and the exit status is 1.
"""

import argparse
import ast
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from adp import published, root, warehouse
from adp.build import build
from adp.config import Paths
from adp.errors import UserError
from adp.export import ExportOptions, export
from adp.talk import Talk

REFERENCE = Path("../shared/reference")
COMPARE = Path("tools/compare_oracle.py")  # beside the reference's folder
OUT = Path("docs/conformance.md")
LEAST_SHARE = 0.99  # of a kind, all datasets together, without what mending FAULTS costs
UNEXPLAINED = "unexplained"
# The targets of which the reference has output, and the name that it gives to each.
KINDS = {"std": "std", "openhands": "sft_openhands", "sweagent": "sft_sweagent", "agentlab": "sft_agentlab"}


@dataclass(frozen=True)
class Difference:
    """A place where the reference has something that is not in ours."""

    dataset: str
    kind: str
    trajectory: str
    unit: int
    reference: str
    """The reference's text, from a little before where the two part; several units as a list."""
    ours: str

    @property
    def is_absent(self) -> bool:
        """Whether we have nothing in its place."""
        return self.ours == "[]"

    @property
    def is_single(self) -> bool:
        """Whether it is one unit with another text."""
        return not self.reference.startswith("[('") and not self.is_absent


@dataclass(frozen=True)
class Rule:
    """How to tell that a deviation is the reason of a difference."""

    deviation: str
    holds: Callable[[Difference], bool]
    datasets: tuple[str, ...] = ()  # all, where none is named
    kinds: tuple[str, ...] = ()
    absent: bool = False  # whether it explains that ours has nothing in a unit's place

    def explains(self, difference: Difference) -> bool:
        """Whether it does."""
        return (
            (not self.datasets or difference.dataset in self.datasets)
            and (not self.kinds or difference.kind in self.kinds)
            and (self.absent or not difference.is_absent)
            and self.holds(difference)
        )


def _same_but(pattern: str) -> Callable[[Difference], bool]:
    """Whether the two are the same without what the pattern matches. Both may be cut at their end."""

    def holds(difference: Difference) -> bool:
        reference, ours = (re.sub(pattern, "", text) for text in (difference.reference, difference.ours))
        shorter = min(len(reference), len(ours))
        return shorter > 0 and reference[:shorter] == ours[:shorter]

    return holds


def _begins_ours(difference: Difference) -> bool:
    """Whether ours goes on where the reference stops."""
    return not difference.is_absent and difference.ours.startswith(difference.reference)


def _is_code_of_ours(fence: str) -> Callable[[Difference], bool]:
    """Whether ours has code where the reference has text whose first fence, as far as it is shown, is such a one."""

    def holds(difference: Difference) -> bool:
        is_call = "<function=" in difference.ours and "<function=" not in difference.reference
        is_action = "message_action" in difference.reference and "code_action" in difference.ours
        # line breaks are escaped in events, and once more in a list of them
        line = re.search(r"(?:^|\n|\\+n)((?:(?!\\+n)[^\n])*?```.*?)(?:\\+n|\n|$)", difference.reference)
        return (is_call or is_action) and re.search(fence, line[1] if line else "") is not None

    return holds


def _is_text_of_ours(difference: Difference) -> bool:
    """Whether ours has text where the reference has code."""
    is_call = "<function=" in difference.reference and "<function=" not in difference.ours
    return is_call or ("code_action" in difference.reference and "code_action" not in difference.ours)


def _is_empty_code(difference: Difference) -> bool:
    """Whether the reference has code with nothing in it: events are compared without their empty fields."""
    return "code_action" in difference.reference and '"content"' not in difference.reference


def _has_fence(difference: Difference) -> bool:
    """Whether ours holds a fence where the two part."""
    return "```" in difference.ours


def _has_tag(difference: Difference) -> bool:
    """Whether a tag of the source is left in the reference."""
    return "<execute>" in difference.reference and "<execute>" not in difference.ours


def _is_the_users(difference: Difference) -> bool:
    """Whether the user says what the agent says in the reference."""
    return difference.reference.startswith("[('agent'") and difference.ours.startswith("[('user'")


def _is_open_finish(difference: Difference) -> bool:
    """Whether the reference leaves a call of `finish` open, and so takes it for a message."""
    is_open = "<function=finish>" in difference.reference and "</function>" not in difference.reference
    return not difference.is_absent and (is_open or difference.ours == difference.reference + "</function>")


def _is_finish_of_dataset(difference: Difference) -> bool:
    """Whether the reference calls `finish` as a function of the dataset where ours finishes."""
    return "finish(output=" in difference.reference and "finish(output=" not in difference.ours


def _lacks(mark: str) -> Callable[[Difference], bool]:
    """Whether ours has something in place of a mark of the source."""
    return lambda difference: mark in difference.reference and mark not in difference.ours


def _is_one_of(*sides: str) -> Callable[[Difference], bool]:
    """Whether ours lacks just one unit, of one of these sides."""

    def holds(difference: Difference) -> bool:
        units = ast.literal_eval(difference.reference) if difference.is_absent else []
        return len(units) == 1 and units[0][0] in sides

    return holds


def _declares_tools(difference: Difference) -> bool:
    """Whether the reference has somebody say what the system declares."""
    return "<|im_system|>tool_declare" in difference.reference


def _are_comments_of_ours(difference: Difference) -> bool:
    """Whether both begin with the same comments, but for the full stops behind them."""
    texts = (difference.reference, difference.ours)
    theirs, ours = ([line.rstrip(".") for line in re.findall(r"# [^\n\\]*", text)[:2]] for text in texts)
    return bool(theirs) and theirs == ours


def _is_tree_as_html(difference: Difference) -> bool:
    """Whether the reference takes an accessibility tree for HTML, or shows a page that a browser made of one."""
    is_html = "web_observation" in difference.reference and '"html"' in difference.reference
    is_shown = re.search(r"RootWebArea [\\']*, focused, url=[\\']*file:", difference.reference) is not None
    return (is_html and '"axtree"' in difference.ours) or is_shown


def _are_both(mark: str) -> Callable[[Difference], bool]:
    """Whether a mark is on both sides."""
    return lambda difference: mark in difference.reference and mark in difference.ours


def _is_closed_page(difference: Difference) -> bool:
    """Whether the reference ends in a page where ours is closed."""
    return (
        difference.reference.startswith('[(\'agent\', \'{"class_": "web_observation"') and "<finish>" in difference.ours
    )


CHATS = ("code_feedback", "orca_agentinstruct")

# The first that holds gives the name. How each is told: only by what the deviation does to a text.
RULES = (
    Rule("turking-filled-pages", _are_both('"class_": "web_observation"'), ("turkingbench",), ("std",)),
    Rule("turking-last-page", _is_closed_page, ("turkingbench",), ("std",)),
    Rule("browser-version", _are_both("BEGIN accessibility tree"), ("mind2web", "turkingbench"), ("sft_openhands",)),
    Rule("mind2web-address", _same_but(r"https://(?:www\.)?[\w.-]+"), ("mind2web",)),
    Rule("mini-coder-thought-mark", _same_but(r"THOUGHT:\s*|\]$"), ("mini-coder",)),
    Rule("nebius-edit-indentation", _same_but(r'(?<=replacement_text=")\s*'), ("nebius_SWE-agent-trajectories",)),
    Rule("swe-play-open-finish", _is_open_finish, ("swe-play-trajectories",)),
    Rule("python-calls", _same_but(r"[\s\"'\\]"), ("swe-play-trajectories",), ("sft_sweagent",)),
    Rule("toucan-system", _declares_tools, ("toucan_1_5m",), absent=True),
    Rule("toucan-names", _same_but(r"exa[-_]search[-_]|[-_]"), ("toucan_1_5m",)),
    Rule("observation-label", _same_but(r"OBSERVATION:\n"), kinds=("sft_sweagent",)),
    Rule("submit-line", _same_but(r"\s*submit\s*"), kinds=("sft_sweagent",)),
    Rule("python-c-quoting", _same_but(r"[\\'\s]"), kinds=("sft_sweagent",)),
    Rule("swe-smith-values-verbatim", _same_but(r"[\s\"\\]|\\n|\\t"), datasets=("swe-smith",)),
    Rule("swe-smith-text-behind-call", _begins_ours, datasets=("swe-smith",)),
    Rule("text-behind-code", _begins_ours, kinds=("sft_openhands", "sft_sweagent")),
    Rule("python-calls", _same_but(r"[\s\"'\\]"), kinds=("sft_openhands",)),
    Rule("openhands-message-name", _same_but(r"(?<=send_msg_to_user\()(msg|text)="), ("openhands",)),
    Rule("openhands-finish", _is_finish_of_dataset, ("openhands",)),
    Rule("agentlab-python", _same_but(r"[\s\"'\\]"), kinds=("sft_agentlab",)),
    Rule("std-values", _same_but(r"[\s\"'\\]"), kinds=("std",)),
    Rule("turns-alternate", _same_but(r"\W|n\b|user|agent"), kinds=("sft_openhands", "sft_sweagent")),
    Rule("signs-in-languages", _is_code_of_ours(r"```\s*[A-Za-z]+[+#]"), CHATS),
    Rule("indented-blocks", _is_code_of_ours(r"^(\s|\\t)+```"), CHATS),
    Rule("info-of-fences", _is_code_of_ours(r"```\s*\{?\.?\w+\W"), CHATS),
    Rule("code-behind-plain-block", _is_code_of_ours(r""), CHATS),
    Rule("empty-blocks", _is_empty_code, CHATS, ("std",)),
    Rule("plain-text-blocks", _is_text_of_ours, CHATS),
    Rule("nested-blocks", _has_fence, CHATS),
    Rule("codeact-plain-words", _is_the_users, ("codeactinstruct",)),
    Rule("codeact-several-blocks", _has_tag, ("codeactinstruct",)),
    Rule("db-rules", _same_but(r"</exe?cute_mysql>|\\"), ("agenttuning_db",)),
    Rule("llava-picture", _lacks("<image>"), ("llava_plus",)),
    Rule("turns-alternate", _same_but(r"\\+n|\W|user|agent"), ("llava_plus",), ("sft_openhands",)),
    Rule("task-first", _is_one_of("user"), ("omniact",), absent=True),
    Rule("task-first", _is_the_users, ("androidcontrol", "android_in_the_wild")),
    Rule("image-paths", _same_but(r"(?:/[\w.-]+)*/(?=\d+-\d+\.png)|[\\\"' ]"), ("android_in_the_wild",)),
    Rule("synatra-comments", _are_comments_of_ours, ("synatra",)),
    Rule("webarena-axtree", _is_tree_as_html, ("webarena_successful",)),
    Rule("codeact-limits", _same_but(r"You have \d+ chances.*?\d+ times\."), ("codeactinstruct",)),
)

# A trajectory that the reference has and that we exclude: the deviation by dataset and reason; `*` is any dataset.
ABSENT = {
    ("nnetnav-live", "unreadable_step"): "suffix-as-trajectory",
    ("nnetnav-live", "incomplete"): "nnetnav-never-stops",
    ("nnetnav-wa", "unreadable_step"): "suffix-as-trajectory",
    ("nnetnav-wa", "incomplete"): "nnetnav-never-stops",
    ("synatra", "unreadable_step"): "synatra-unreadable",
    ("webarena_successful", "unreadable_step"): "webarena-unreadable",
    ("swe-smith", "unreadable_step"): "swe-smith-unreadable-call",
    ("swe-smith", "unresolved"): "swe-smith-failures-kept",
    ("swe-smith", "incomplete"): "swe-smith-failures-kept",
    ("swe-gym_openhands_sampled_trajectories", "unreadable_step"): "swe-gym-unreadable-call",
    ("swe-gym_openhands_sampled_trajectories", "unresolved"): "swe-gym-failures-kept",
    **dict.fromkeys(((dataset, "unreadable_step") for dataset in CHATS), "no-conversations"),
    ("codeactinstruct", "unreadable_step"): "no-conversations",
    ("codeactinstruct", "unresolved"): "codeact-wrong-solution",
    ("mini-coder", "unresolved"): "mini-coder-failures-kept",
    ("mini-coder", "incomplete"): "mini-coder-failures-kept",
    ("mini-coder", "unreadable_step"): "mini-coder-unreadable-call",
    ("nebius_SWE-agent-trajectories", "unresolved"): "nebius-failures-kept",
    ("nebius_SWE-agent-trajectories", "unreadable_step"): "nebius-empty-fence",
    ("swe-play-trajectories", "unreadable_step"): "swe-play-unreadable-call",
    ("toucan_1_5m", "unreadable_step"): "toucan-unreadable-call",
    ("llava_plus", "other_agent"): "llava-picture",
    ("android_in_the_wild", "incomplete"): "wild-incomplete",
    ("*", "no_axtree"): "browser-version",
    ("*", "no_element"): "unshown-elements",
    ("*", "truncated"): "truncated",
    ("*", "misfit_call"): "misfit-calls",
    ("*", "unknown_tool"): "misfit-calls",
    ("*", "other_language"): "reasons-for-absence",
    ("*", "no_task"): "reasons-for-absence",
    ("*", "no_actions"): "reasons-for-absence",
}

# Faults of the reference whose mending changes so much of a dataset that less than LEAST_SHARE of it can be equal: text
# that is lost or is no call, turns that do not alternate, paths of the author's machine, pages that no browser made.
# What else is not equal counts, also where we had our own reasons for it.
FAULTS = (
    "browser-version",
    "db-rules",
    "image-paths",
    "llava-picture",
    "nebius-edit-indentation",
    "openhands-finish",
    "openhands-message-name",
    "python-calls",
    "swe-play-open-finish",
    "task-first",
    "toucan-system",
    "turking-filled-pages",
    "turns-alternate",
    "webarena-axtree",
    "wild-incomplete",
)


@dataclass(frozen=True)
class Comparison:
    """One dataset's output of one kind against the reference's."""

    dataset: str
    kind: str
    trajectories: int
    found: int
    units: int
    equal: int
    extra: int
    differences: tuple[tuple[Difference, str], ...]
    """With the deviation that explains each."""

    @property
    def deviations(self) -> list[str]:
        """The deviations that explain its differences."""
        return sorted({deviation for _, deviation in self.differences})

    @property
    def faults(self) -> list[str]:
        """Those of them that are faults of the reference."""
        return [deviation for deviation in self.deviations if deviation in FAULTS]

    @property
    def choices(self) -> list[str]:
        """The others."""
        return [deviation for deviation in self.deviations if deviation not in FAULTS]

    @property
    def mended(self) -> int:
        """Units that are not equal for no other reason than FAULTS.

        Of places with several units only their sum is known: they count where no other deviation has such a place.
        """
        single = [deviation for difference, deviation in self.differences if difference.is_single]
        several = {deviation for difference, deviation in self.differences if not difference.is_single}
        in_several = self.units - self.equal - len(single) if several and several <= set(FAULTS) else 0
        return in_several + sum(deviation in FAULTS for deviation in single)


@dataclass(frozen=True)
class Report:
    """All comparisons."""

    comparisons: tuple[Comparison, ...]
    taken_in: tuple[str, ...] = ()
    """Datasets of which there are no raw records: their standardized form was taken in."""

    @property
    def pooled(self) -> dict[str, tuple[int, int]]:
        """Equal units and units of each kind, all datasets together."""
        found: dict[str, tuple[int, int]] = {}
        for comparison in self.comparisons:
            equal, units = found.get(comparison.kind, (0, 0))
            found[comparison.kind] = equal + comparison.equal, units + comparison.units
        return found

    @property
    def shares(self) -> dict[str, float]:
        """The share of each kind; what FAULTS cost counts neither way."""
        mended = Counter[str]()
        for comparison in self.comparisons:
            mended[comparison.kind] += comparison.mended
        return {kind: equal / max(1, units - mended[kind]) for kind, (equal, units) in self.pooled.items()}

    @property
    def low(self) -> dict[str, float]:
        """The kinds of which too little is equal."""
        return {kind: share for kind, share in self.shares.items() if share < LEAST_SHARE}

    @property
    def unexplained(self) -> list[Difference]:
        """Differences that no deviation explains."""
        return [
            difference
            for comparison in self.comparisons
            for difference, deviation in comparison.differences
            if deviation == UNEXPLAINED
        ]


def compare(
    reference: Path, program: Path, scratch: Path, talk: Talk | None = None, datasets: Sequence[str] = ()
) -> Report:
    """Land, build, export and compare what the reference has raw records of: everything, where no dataset is named."""
    from loaders import land
    from loaders.base import DATASETS, find

    talk = talk or Talk(quiet=True)
    folder = reference / "adp" if (reference / "adp").is_dir() else reference
    chosen = [find(dataset) for dataset in datasets] or DATASETS.values()
    present = {loader.dataset: folder / loader.dataset for loader in chosen}
    names = [name for name, place in present.items() if (place / "raw.jsonl").exists()]
    kinds = dict.fromkeys(names, KINDS)
    rendered = {target: kind for target, kind in KINDS.items() if target != "std"}
    for name, place in present.items():
        is_told = any((place / f"{kind}.jsonl").exists() for kind in rendered.values())
        if name not in names and (place / "std.jsonl").exists() and is_told:
            kinds[name] = rendered
    if not kinds:
        raise UserError(f"there are no raw records of any dataset in {folder}, nor their standardized form")
    if not program.is_file():
        raise UserError(f"the comparing program is not at {program}; name it with --compare")
    paths = Paths(scratch / "adp.db", scratch / "data")
    for name in sorted(kinds):
        if name in names:
            land.load(name, [folder / name / "raw.jsonl"], paths)
        else:
            land.load("adp-std", [folder / name / "std.jsonl"], paths, name=name)
    build(paths, tokens=False, talk=Talk(quiet=True))
    exclusions = _exclusions(paths)
    ours: dict[tuple[str, str], Path] = {}
    for target, kind in KINDS.items():
        told = [name for name in kinds if target in kinds[name] and (folder / name / f"{kind}.jsonl").exists()]
        if told:
            ours |= {(name, target): out for name, out in _exported(paths, target, told, scratch).items()}
    comparisons = []
    for name in sorted(kinds):
        for target, kind in KINDS.items():
            if (name, target) in ours:
                left_out = exclusions.get((name, target), {})
                comparisons.append(_compared(program, folder, name, target, ours[name, target], left_out))
                talk.say(f"{name} {kind}: {comparisons[-1].equal} of {comparisons[-1].units}")
    return Report(tuple(comparisons), tuple(sorted(kinds.keys() - set(names))))


def _exported(paths: Paths, target: str, datasets: Sequence[str], scratch: Path) -> dict[str, Path]:
    """Our records of a target, a file for each dataset."""
    whole = scratch / f"{target}.jsonl"
    counts = export(ExportOptions(target, str(whole), datasets=datasets, include_test_data=True), paths).counts
    files = {name: scratch / f"{target}-{name}.jsonl" for name in datasets}
    for file in files.values():
        file.touch()
    with whole.open("rb") as lines:
        for name, count in counts.items():  # in the order of the records
            files[name].write_bytes(b"".join(islice(lines, count.records)))
    return files


def _compared(
    program: Path, folder: Path, dataset: str, target: str, out: Path, exclusions: dict[str, str]
) -> Comparison:
    kind = KINDS[target]
    how = ["std", dataset, str(out)] if target == "std" else ["sft", dataset, str(out), "--agent", target]
    ran = subprocess.run(
        [sys.executable, str(program), *how, "--reference", str(folder), "--show", str(sys.maxsize)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise UserError(f"{program} could not compare {dataset} {kind}: {ran.stderr.strip().splitlines()[-1:]}")
    *shown, last = ran.stdout.strip().split("\n")
    told = json.loads(last)
    differences = [
        (difference, explanation(difference, exclusions))
        for difference in _differences(dataset, kind, shown)
        if difference.reference != "[]"  # more of ours is no difference
    ]
    if told["units"] != told["equal"] and not differences:
        raise UserError(f"{program} counts units of {dataset} {kind} that differ and shows none")
    counts = {name: told[name] for name in ("trajectories", "found", "units", "equal", "extra")}
    return Comparison(dataset, kind, **counts, differences=tuple(differences))


def _differences(dataset: str, kind: str, lines: Sequence[str]) -> Iterable[Difference]:
    """What the comparing program shows: three lines for each place."""
    for head, reference, ours in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        match = re.fullmatch(r"--- (.*) \[(\d+)\]", head)
        if match is None:
            raise UserError(f"the comparing program says something new: {head}")
        texts = (str(ast.literal_eval(line.split(":", 1)[1].strip())) for line in (reference, ours))
        yield Difference(dataset, kind, match[1], int(match[2]), *texts)


def explanation(difference: Difference, exclusions: dict[str, str]) -> str:
    """The id of the deviation that explains a difference."""
    if difference.is_absent:
        key = difference.trajectory
        reason = exclusions.get(key.rsplit("-", 1)[0] if difference.kind == "sft_agentlab" else key, "")
        if reason:
            return ABSENT.get((difference.dataset, reason)) or ABSENT.get(("*", reason)) or UNEXPLAINED
    return next((rule.deviation for rule in RULES if rule.explains(difference)), UNEXPLAINED)


def _exclusions(paths: Paths) -> dict[tuple[str, str], dict[str, str]]:
    """Why trajectories are left out: by dataset and target, and there by source id."""
    with warehouse.connect(paths, read_only=True) as con:
        rows = warehouse.execute(
            con,
            "from sft.exclusions join standard.trajectories using (trajectory_id)"
            " select dataset, target, source_id, reason",
        )
    found: dict[tuple[str, str], dict[str, str]] = {}
    for dataset, target, source_id, reason in rows:
        found.setdefault((dataset, target), {})[source_id] = reason
    return found


def to_markdown(report: Report) -> str:
    """The page."""
    lines = [
        "# Conformance",
        "",
        "How much of the reference converters' output is in ours, on the records that the reference comes with. Made",
        "by `make conformance`; do not edit. A unit is an event of the standardized form or a turn of a conversation.",
        "Text of ours that the reference lacks is `extra` and counts neither way. Every difference names its row of",
        "[deviations.md](deviations.md).",
        *(
            [
                f"Of {' and '.join(report.taken_in)} there are no raw records: what is compared was rendered from the",
                "reference's own standardized form, taken in with `adp load adp-std`.",
            ]
            if report.taken_in
            else []
        ),
        "",
        "## All datasets together",
        "",
        "The last column leaves out what mending the reference's faults costs, which is listed below.",
        "",
        *_table(
            ("kind", "units", "equal", "share", "without mended faults"),
            [
                (kind, units, equal, _share(equal, units), f"{report.shares[kind]:.4f}")
                for kind, (equal, units) in report.pooled.items()
            ],
        ),
        "",
        "## Each dataset",
        "",
        *_table(
            ("dataset", "kind", "trajectories", "found", "units", "equal", "share", "extra"),
            [
                (c.dataset, c.kind, c.trajectories, c.found, c.units, c.equal, _share(c.equal, c.units), c.extra)
                for c in report.comparisons
            ],
        ),
        "",
        "## Differences",
        "",
    ]
    costs = [
        (c.dataset, c.kind, c.mended, ", ".join(c.faults), ", ".join(c.choices)) for c in report.comparisons if c.mended
    ]
    if costs:
        lines[-2:-2] = [
            "## What mending the reference's faults costs",
            "",
            "Units that differ for no other reason than these faults of the reference. What differs for reasons of our",
            "own, under `also`, counts against the share.",
            "",
            *_table(("dataset", "kind", "units", "faults", "also"), costs),
            "",
        ]
    places = [
        (difference.dataset, difference.kind, difference.trajectory, difference.unit, deviation)
        for comparison in report.comparisons
        for difference, deviation in comparison.differences
    ]
    lines += _table(("dataset", "kind", "trajectory", "unit", "deviation"), places) if places else ["None."]
    lines += ["", f"Unexplained: {len(report.unexplained) or 'none'}.", ""]
    return "\n".join(lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    cells = [list(head), ["---"] * len(head), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return ["| " + " | ".join(row) + " |" for row in cells]


def _share(equal: int, units: int) -> str:
    return f"{equal / units:.4f}" if units else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare and write the page: 1 where something is unexplained or too little equal, 2 where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m adp.conformance", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--reference", type=Path, help=f"the reference's folder [{REFERENCE}]")
    parser.add_argument("--compare", type=Path, help=f"the comparing program [{COMPARE} beside the reference's folder]")
    parser.add_argument("--dataset", action="append", default=[], help="only this one; several, where it comes again")
    parser.add_argument("--out", type=Path, help=f"the page to write [{OUT}]")
    options = parser.parse_args(arguments)
    reference = options.reference or root() / REFERENCE
    program = options.compare or reference.resolve().parent / COMPARE
    talk = Talk()
    try:
        with tempfile.TemporaryDirectory(prefix="adp-conformance-") as scratch:
            report = compare(reference, program, Path(scratch), talk, options.dataset)
        (options.out or root() / OUT).write_text(
            f"{to_markdown(report)}\n{published.to_markdown(published.figures())}", encoding="utf-8"
        )
    except (UserError, OSError) as error:
        talk.warn(f"conformance: {error}")
        return 2
    for difference in report.unexplained:
        talk.warn(f"unexplained: {difference.dataset} {difference.kind} {difference.trajectory} [{difference.unit}]")
        talk.warn(f"  reference: {difference.reference!r}")
        talk.warn(f"  ours:      {difference.ours!r}")
    for kind, share in report.low.items():
        talk.warn(f"{kind}: {share:.4f} is less than {LEAST_SHARE}")
    return 1 if report.unexplained or report.low else 0


if __name__ == "__main__":
    sys.exit(main())
