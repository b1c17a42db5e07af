"""The list of files: each maker says its name, what the file is in the words of contract §3, and what was done."""
from dataclasses import dataclass
from typing import Callable

from pki import Pki


@dataclass(frozen=True)
class Maker:
    name: str
    # `valid`, or `verdict/reason`, under all rules at JUDGED with the CRLs of the PKI.
    truth: str
    about: str
    make: Callable[[Pki], bytes]


makers: list[Maker] = []


def file(name, truth, about):
    """Puts a function `Pki -> bytes` on the list."""

    def keep(make):
        makers.append(Maker(name, truth, about, make))
        return make

    return keep
