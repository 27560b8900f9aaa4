"""Results as a table of ratios; times stand beside them, since they mean nothing on another machine."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    """One thing measured. `others` by tool, in the same unit; `target` the most it may be, where there is one."""

    what: str
    unit: str
    ours: float
    others: dict[str, float] = dataclasses.field(default_factory=dict)
    agree: bool | None = None
    target: float | None = None
    peak_mb: dict[str, float] = dataclasses.field(default_factory=dict)
    cpu_s: dict[str, float] = dataclasses.field(default_factory=dict)


TOOLS = ["pandas", "polars", "duckdb", "simdjson"]


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def markdown(rows: list[Row], machine: str) -> str:
    """The ratio says how many times Earprint's figure the other tool needs: above 1 Earprint is ahead."""
    head = ["measured", "Earprint", *(f"{tool} / Earprint" for tool in TOOLS), "target", "answers"]
    lines = [
        f"Measured on: {machine}. Ratios: the other tool's figure divided by Earprint's.",
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
    ]
    for row in rows:
        cells = [row.what, f"{number(row.ours)} {row.unit}"]
        for tool in TOOLS:
            other = row.others.get(tool)
            cells.append("" if other is None else f"{other / row.ours:.2f}x ({number(other)} {row.unit})")
        cells.append(
            ""
            if row.target is None
            else f"{'met' if row.ours < row.target else 'MISSED'}: < {number(row.target)} {row.unit}"
        )
        cells.append("" if row.agree is None else "equal" if row.agree else "DIFFER")
        lines.append("| " + " | ".join(cells) + " |")
    tools = ["earprint", *TOOLS]
    for title, values_of in (
        ("Peak resident memory in MB", lambda row: row.peak_mb),
        ("Processor time in seconds, over all cores", lambda row: row.cpu_s),
    ):
        told = [(row.what, values_of(row)) for row in rows if values_of(row)]
        if told:
            lines += [
                "",
                f"{title}:",
                "",
                "| measured | " + " | ".join(tools) + " |",
                "|" + "---|" * (len(tools) + 1),
            ]
            lines += [
                "| "
                + " | ".join([what, *(number(values[tool]) if tool in values else "" for tool in tools)])
                + " |"
                for what, values in told
            ]
    return "\n".join(lines) + "\n"
