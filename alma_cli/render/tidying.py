"""Proposals for a tidier store, in lines for a person and as a document."""

from __future__ import annotations

from alma_cli.model import Memory
from alma_cli.printable import clean_line
from alma_cli.rules.tidying import Complete, Forget, Merge, Promote, Proposal, Tidying


def lines(tidying: Tidying, loose: int = 0) -> list[str]:
    """Returns a paragraph a proposal, then what contradicts; `loose` objects are git's to pack."""
    found = [line for proposal in tidying.proposals for line in _paragraph(proposal)]
    found += [f"pack      {loose:,} loose objects of git"] if loose else []
    return [*(found or ["nothing to tidy"]), *clashes(tidying)]


def clashes(tidying: Tidying) -> list[str]:
    """Returns two lines for each pair of lessons that cannot both be right."""
    found = []
    for each in tidying.clashes:
        found.append(f"decide    {_named(each.one)}")
        found.append(f"          {_named(each.other)}, but {each.because}")
    return found


def subject(proposal: Proposal) -> str:
    """Returns what a proposal would do, in a line."""
    return clean_line(" ".join(part.strip() for part in _paragraph(proposal)[:1]))


def _paragraph(proposal: Proposal) -> list[str]:
    match proposal:
        case Merge(keeper, others):
            head = [f"merge     {_named(keeper)}", *(f"   <-     {_named(one)}" for one in others)]
        case Promote(best, others):
            head = [f"promote   {_named(best)}", *(f"    +     {_named(one)}" for one in others)]
        case Forget(memory):
            head = [f"forget    {_named(memory)}"]
        case Complete(memory, better):
            head = [f"complete  {_named(memory)}", f'          do instead: "{clean_line(better)}"']
    return [*head, f"          {clean_line(proposal.reason)}"]


def _named(memory: Memory) -> str:
    return f'{memory.id} {memory.agent} {memory.kind.value} "{clean_line(memory.title)}"'


def document(tidying: Tidying, loose: int) -> dict[str, object]:
    """Returns them as a document."""
    return {
        "schema": 1,
        "proposals": [_proposal(one) for one in tidying.proposals],
        "contradictions": [
            {"one": _memory(one.one), "other": _memory(one.other), "because": one.because}
            for one in tidying.clashes
        ],
        "loose_objects": loose,
    }


def _proposal(proposal: Proposal) -> dict[str, object]:
    reason = {"reason": proposal.reason}
    match proposal:
        case Merge(keeper, others):
            joined = {"memory": _memory(keeper), "others": [_memory(one) for one in others]}
            return {"what": "merge", **joined, **reason}
        case Promote(best, others):
            joined = {"memory": _memory(best), "others": [_memory(one) for one in others]}
            return {"what": "promote", **joined, **reason}
        case Forget(memory):
            return {"what": "forget", "memory": _memory(memory), "others": [], **reason}
        case Complete(memory, better):
            told = {"memory": _memory(memory), "others": [], "better": better}
            return {"what": "complete", **told, **reason}


def _memory(memory: Memory) -> dict[str, object]:
    return {
        "id": memory.id,
        "kind": memory.kind.value,
        "agent": memory.agent,
        "domain": memory.domain,
        "title": memory.title,
    }
