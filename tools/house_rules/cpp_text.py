"""C++ read as far as the rules need: without comments and strings, includes, and where functions begin and end."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'',
    re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
_FUNCTION_TAIL = re.compile(r"\)\s*(const|noexcept|override|final|mutable|&{1,2}|\s|->\s*[\w:<>,&*\s]+)*$")
_MEMBER_START = re.compile(r"\)\s*(noexcept\s*)?:\s.*[\w>]$", re.DOTALL)
_NO_FUNCTION = re.compile(r"^(if|for|while|switch|catch|do|else|return|namespace|class|struct|enum|union)\b")
_NAME = re.compile(r"([~\w:]+|operator\s*\S+)\s*\(")


def without_words(text: str) -> str:
    """The code with comments blanked out and strings emptied; every line stays where it is."""

    def blank(match: re.Match[str]) -> str:
        token = match.group(0)
        kept = "\n" * token.count("\n")
        return kept if token.startswith("/") else '""' + kept

    return _TOKEN.sub(blank, text)


def includes(text: str) -> list[tuple[int, bool, str]]:
    """(line, whether in quotes, path), in the order of the file."""
    return [
        (text.count("\n", 0, m.start()) + 1, m.group(1) == '"', m.group(2)) for m in _INCLUDE.finditer(text)
    ]


def functions(text: str) -> list[tuple[str, int, int]]:
    """(name, first line, number of lines) of each function that is not inside another."""
    code = re.sub(r"^[ \t]*#.*(?:\\\n.*)*$", "", without_words(text), flags=re.MULTILINE)
    found: list[tuple[str, int, int]] = []
    stack: list[tuple[str, str, int]] = []  # (kind, name, first line); kind: function, member, other
    begin = 0  # where the statement at hand began
    line = 1
    begin_line = 1
    for place, sign in enumerate(code):
        if sign == "\n":
            line += 1
        elif sign == ";" and not _open_bracket(code[begin:place]):
            begin, begin_line = place + 1, line
        elif sign == "{":
            head = code[begin:place].strip()
            first = begin_line + code[begin:place][
                : len(code[begin:place]) - len(code[begin:place].lstrip())
            ].count("\n")
            within = any(kind == "function" for kind, _, _ in stack)
            if not within and _MEMBER_START.search(head) and not _FUNCTION_TAIL.search(head):
                stack.append(("member", "", line))
                continue
            is_function = (
                not within
                and not _NO_FUNCTION.match(head)
                and "=" not in _outside_brackets(head)
                and (_FUNCTION_TAIL.search(head) or re.search(r"\)\s*(noexcept\s*)?:\s", head))
            )
            name = _NAME.search(head)
            stack.append(
                ("function" if is_function and name else "other", name.group(1) if name else "", first)
            )
            begin, begin_line = place + 1, line
        elif sign == "}" and stack:
            kind, name, first = stack.pop()
            if kind == "member":
                continue
            if kind == "function":
                found.append((name, first, line - first + 1))
            begin, begin_line = place + 1, line
    return found


def _open_bracket(text: str) -> bool:
    return text.count("(") > text.count(")")


def _outside_brackets(text: str) -> str:
    """The statement without what stands in round brackets, and without operators made of '='."""
    depth, out = 0, []
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and sign not in "()":
            out.append(sign)
    return re.sub(r"operator\s*\S+|[=!<>]=", "", "".join(out))
