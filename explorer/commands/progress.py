"""Events of a training as progress bars on standard error."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tqdm import tqdm

from explorer.training import events

if TYPE_CHECKING:
    from explorer.bilingual import Text


class ProgressBars:
    """One bar for each epoch, and a line when it ends. Lines alone where standard error is no terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._preparing: Text | None = None
        self._epochs = 0
        self._steps_per_epoch = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def show(self, event: events.Event) -> None:
        match event:
            case events.Preparing(what=what):
                if what != self._preparing:  # it comes again with each fraction that is done
                    self._print(str(what))
                self._preparing = what
            case events.Started():
                self._epochs, self._steps_per_epoch = event.epochs, event.steps_per_epoch
                self._print(
                    f"{event.train_images:,} training and {event.test_images:,} test images on {event.device}, "
                    f"{event.precision}"
                )
                if event.speed is not None:
                    self._print(str(event.speed))
                self._open(event.epoch, event.step % max(1, event.steps_per_epoch))
            case events.Steps():
                self._advance(event)
            case events.EpochEnded():
                self._close()
                self._print(
                    f"epoch {event.epoch + 1}/{self._epochs}: loss {event.train_loss:.4f}, "
                    f"accuracy {event.train_accuracy:.2%}, test accuracy {event.test_accuracy:.2%}, "
                    f"{event.images / max(event.seconds, 1e-9):,.0f} images/s"
                )
            case events.EndedEarly() | events.Warned():
                self._print(_words(event))
            case _:
                pass

    def _open(self, epoch: int, done: int = 0) -> None:
        self._bar = tqdm(
            total=self._steps_per_epoch,
            initial=done,
            desc=f"epoch {epoch + 1}/{self._epochs}",
            unit="step",
            file=sys.stderr,
            leave=False,
            dynamic_ncols=True,
            disable=not sys.stderr.isatty(),
        )

    def _advance(self, event: events.Steps) -> None:
        if self._bar is None:
            self._open(event.epoch)
        assert self._bar is not None
        self._bar.set_postfix_str(
            f"loss {event.losses[-1]:.4f}, {event.images / max(event.seconds, 1e-9):,.0f} images/s"
        )
        self._bar.update(len(event.losses))

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _print(self, line: str) -> None:
        tqdm.write(line, file=sys.stderr)


def _words(event: events.EndedEarly | events.Warned) -> str:
    """Its message, with what follows from it."""
    hint = event.hint if isinstance(event, events.Warned) else None
    return str(event.message) if hint is None else f"{event.message} {hint}"
