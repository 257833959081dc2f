"""Faults that a test, or the page, switches on: what a network and Telegram do on a bad day."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.demo.errors import JsonObject

FaultKind: TypeAlias = Literal["flood", "error", "silence", "accept_then_cut", "slow", "nonsense"]


@dataclass
class Fault:
    """One kind of fault, for the next `times` calls of `method` (any but getUpdates when it is None)."""

    kind: FaultKind
    method: str | None = None
    times: int = 1
    seconds: float = 1.0
    body: bytes = b""


@dataclass
class Faults:
    """What goes wrong from now on; nothing at first."""

    rich_off: bool = False
    blocked: set[int] = field(default_factory=set)
    planned: list[Fault] = field(default_factory=list)

    def flood(self, retry_after: int = 1, *, times: int = 1, method: str | None = None) -> None:
        """Answer 429 with `retry_after` seconds."""
        self.planned.append(Fault("flood", method, times, retry_after))

    def error(self, *, times: int = 1, method: str | None = None) -> None:
        """Answer 500."""
        self.planned.append(Fault("error", method, times))

    def silence(self, *, times: int = 1, method: str | None = None) -> None:
        """Read the call, do nothing, cut the connection."""
        self.planned.append(Fault("silence", method, times))

    def accept_then_cut(self, *, times: int = 1, method: str | None = None) -> None:
        """Carry the call out, then cut the connection in place of the answer."""
        self.planned.append(Fault("accept_then_cut", method, times))

    def nonsense(self, body: bytes, *, times: int = 1, method: str | None = None) -> None:
        """Do nothing and answer 200 with `body`, as something between the bot and Telegram does."""
        self.planned.append(Fault("nonsense", method, times, body=body))

    def slow(self, seconds: float, *, times: int = 1, method: str | None = None) -> None:
        """Carry the call out `seconds` late."""
        self.planned.append(Fault("slow", method, times, seconds))

    def block(self, user_id: int) -> None:
        """Let this person block the bot."""
        self.blocked.add(user_id)

    def unblock(self, user_id: int) -> None:
        """Let this person unblock the bot."""
        self.blocked.discard(user_id)

    def clear(self) -> None:
        """Switch every fault off."""
        self.rich_off = False
        self.blocked.clear()
        self.planned.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that this call meets, and count it."""
        for fault in self.planned:
            if fault.method == method or (fault.method is None and method != "getUpdates"):
                fault.times -= 1
                if fault.times <= 0:
                    self.planned.remove(fault)
                return fault
        return None

    def apply(self, wish: JsonObject) -> None:
        """Switch on what `wish` says, e.g. {"kind": "flood", "seconds": 3, "times": 2} or {"rich_off": true}.

        {"clear": true} comes first when both are given. Raises ValueError for a wish it does not know.
        """
        known = {"clear", "rich_off", "block", "unblock", "kind", "method", "times", "seconds"}
        if unknown := set(wish) - known:
            raise ValueError(f"Unknown fault: {sorted(unknown)}")
        if wish.get("clear"):
            self.clear()
        if "rich_off" in wish:
            self.rich_off = bool(wish["rich_off"])
        if "block" in wish:
            self.block(int(wish["block"]))
        if "unblock" in wish:
            self.unblock(int(wish["unblock"]))
        if "kind" in wish:
            if wish["kind"] not in {"flood", "error", "silence", "accept_then_cut", "slow"}:
                raise ValueError(f"Unknown fault: {wish['kind']}")
            times, seconds = int(wish.get("times", 1)), float(wish.get("seconds", 1))
            self.planned.append(Fault(wish["kind"], wish.get("method"), times, seconds))
