"""Feature flags: declared in code, switched from outside, the same for the same subject.

Flags come from one setting, so that a deployment decides and a test sees both
sides. Where flags have to change while a process runs, put an OpenFeature client
behind the same two methods.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from .exceptions import ConfigurationError

_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Flag:
    """For whom a feature is on.

    Attributes:
        share: Part of the subjects that have it, from 0 (none) to 1 (all).
        subjects: Subjects that have it in any case, for example user ids.
    """

    share: float = 0.0
    subjects: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "Flag":
        """Read `on`, `off`, a share such as `25%`, or subjects such as `alice|bob`.

        Raises:
            ConfigurationError: If the share is not between 0 % and 100 %.
        """
        known = {"on": cls(share=1.0), "true": cls(share=1.0), "off": cls(), "false": cls()}
        if text.lower() in known:
            return known[text.lower()]
        if not text.endswith("%"):
            return cls(subjects=frozenset(text.split("|")))
        try:
            share = float(text[:-1]) / 100
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise ConfigurationError(f"{text} is no share between 0% and 100%")
        return cls(share=share)


class FeatureFlags:
    """The flags of a service.

    Args:
        declared: Every flag that the code asks for, with what holds by default.
        overrides: Switches some of them, for example
            `new_checkout=25%,dark_mode=on,beta=alice|bob`.

    Raises:
        ConfigurationError: If an override names a flag that nobody declared, or
            cannot be read.
    """

    def __init__(self, declared: Mapping[str, bool], overrides: str = "") -> None:
        self._flags = {name: Flag(share=1.0 if is_on else 0.0) for name, is_on in declared.items()}
        for item in filter(None, (part.strip() for part in overrides.split(","))):
            name, separator, value = item.partition("=")
            if not separator or name not in self._flags:
                known = ", ".join(sorted(self._flags)) or "none"
                raise ConfigurationError(f"{item} switches no declared flag; declared: {known}")
            self._flags[name] = Flag.parse(value)

    def is_on(self, name: str, *, subject: str | None = None) -> bool:
        """Return whether a feature is on.

        Args:
            name: A declared flag.
            subject: For whom, for example a user id. The answer for one subject
                stays the same as long as the share does not shrink. Without a
                subject only a flag that is on for all counts.

        Raises:
            KeyError: If the flag was not declared.
        """
        flag = self._flags[name]
        if subject is None:
            return flag.share >= 1
        return subject in flag.subjects or _place(name, subject) < flag.share * _BUCKETS


def _place(name: str, subject: str) -> int:
    digest = sha256(f"{name}:{subject}".encode()).digest()
    return int.from_bytes(digest[:8]) % _BUCKETS
