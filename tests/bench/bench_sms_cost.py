"""What conversations cost by SMS, for each flow and language: parts of ours, and replies that a person pays for."""

from __future__ import annotations

from statistics import median

from tests.bench.printing import heading, line
from tests.flows.sms_cost import cost, every_message
from tests.flows.test_every_path import NAMES, words


def main() -> None:
    """Print the table."""
    for language in words().languages:
        heading(f"SMS, {language}: parts of a message, parts of a whole conversation, replies (each least/median/most)")
        for name in NAMES:
            its = cost(name, language)
            parts, whole, replies = (_said(each) for each in (its.parts, its.whole, its.replies))
            line(f"{name} ({its.messages} different messages)", parts, goal=f"conversation {whole}   replies {replies}")
        all_of_it = every_message(language).values()
        share = sum(parts == 1 for parts in all_of_it) / len(all_of_it)
        line("all messages: the median one", f"{median(all_of_it):g} parts", goal=f"in one part: {share:.0%}")


def _said(numbers: tuple[float, ...]) -> str:
    return "/".join(f"{each:g}" for each in numbers)


if __name__ == "__main__":
    main()
