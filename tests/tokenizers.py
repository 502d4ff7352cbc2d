"""A tokenizer small enough to count with by hand."""

FLAGS = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}


def added(number: int, token: str, special: bool = True) -> dict[str, object]:
    """An added token of a tokenizer.json."""
    return {"id": number, "content": token, "special": special, **FLAGS}


def bytes_tokenizer(**more: object) -> dict[str, object]:
    """A tokenizer.json that knows single bytes, `ab` and `abc`."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = [chr(byte) for byte in printable] + [chr(256 + place) for place in range(len(others))]
    vocabulary = {letter: number for number, letter in enumerate([*letters, "ab", "abc"])}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": {"type": "BPE", "vocab": vocabulary, "merges": ["a b", "ab c"], "byte_fallback": False},
        **more,
    }
