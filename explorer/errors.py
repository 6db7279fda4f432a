"""The one exception that is meant for the user."""

from explorer.bilingual import Text


class ExplorerError(Exception):
    """Something the user did or gave cannot be done: what happened, and what to do about it.

    Everything else that is raised is a defect of the program.
    """

    def __init__(self, message: Text, hint: Text | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.language("en")

    def language(self, code: str) -> str:
        """Message and hint on one line, in `code` ("en" or "zh")."""
        parts = [self.message] if self.hint is None else [self.message, self.hint]
        return " ".join(part.language(code) for part in parts)
