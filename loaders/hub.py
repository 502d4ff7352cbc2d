"""Fetching a dataset's files from the Hugging Face Hub: cached, resumable, at one commit."""

import logging
import sys
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adp.errors import UserError
from loaders.base import Loader

if TYPE_CHECKING:
    from loaders.land import Source

WHOLE = 40
"""The length of a whole commit id."""
SHORT = 7
"""The least that is taken for the beginning of one."""


def fetch(
    loader: Loader, revision: str | None, progress: Callable[[int, int, int], None] | None
) -> "tuple[str, str, list[Source]]":
    """The repository, the commit and the files, in landing order.

    What has been fetched before is not fetched again, and a file that was cut off is gone on with.
    """
    from huggingface_hub import HfApi, errors, snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    from loaders.land import Source

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    if progress is None or not sys.stderr.isatty():
        disable_progress_bars()
    # The HTTP library behind the Hub's client is not always the same one.
    http_error: type[Exception] = getattr(errors, "HTTPError", OSError)
    repo = loader.repo
    wanted = revision or loader.revision or "main"
    try:
        commit = _commit(HfApi(), repo, wanted)
        folder = Path(snapshot_download(repo, repo_type="dataset", revision=commit, allow_patterns=list(loader.files)))
    except errors.GatedRepoError as error:
        raise UserError(f"{repo} asks for consent: accept its terms on the Hub, then `hf auth login`") from error
    except errors.RevisionNotFoundError as error:
        raise UserError(f"{repo} has no revision {wanted} on the Hub") from error
    except errors.RepositoryNotFoundError as error:
        raise UserError(f"the Hub has no dataset {repo}, or it is private; `hf auth login` logs in") from error
    except (errors.HfHubHTTPError, http_error, OSError) as error:
        said = str(error).strip().splitlines()
        raise UserError(
            f"cannot fetch {repo} from the Hub: {said[0] if said else type(error).__name__}."
            " What was fetched is kept, so that another try goes on; or name a file with --from"
        ) from error
    found = [Source(folder / name, name, immutable=True) for name in _ordered(loader, folder)]
    if not found:
        raise UserError(f"{repo} has no file {' or '.join(loader.files)} at {commit[:12]}")
    return repo, commit, found


def _commit(api: Any, repo: str, wanted: str) -> str:
    """The whole id of the commit that a branch, a tag or the beginning of an id names."""
    from huggingface_hub.errors import RevisionNotFoundError

    if _is_hex(wanted) and len(wanted) == WHOLE:
        return wanted
    try:
        return str(api.dataset_info(repo, revision=wanted).sha)
    except RevisionNotFoundError:
        if not (_is_hex(wanted) and len(wanted) >= SHORT):
            raise
        for found in api.list_repo_commits(repo, repo_type="dataset"):
            if found.commit_id.startswith(wanted):
                return str(found.commit_id)
        raise


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in text)


def _ordered(loader: Loader, folder: Path) -> list[str]:
    """The files that the loader's patterns name, pattern after pattern."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    found: list[str] = []
    for pattern in loader.files:
        found += [name for name in names if fnmatch(name, pattern) and name not in found]
    return found
