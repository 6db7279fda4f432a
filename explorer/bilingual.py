"""A sentence in both languages of the program."""

from explorer.record import record


@record
class Text:
    """The same words in English and in Simplified Chinese; printed in English on the command line."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en

    def language(self, code: str) -> str:
        """The words in `code`, "en" or "zh"."""
        return self.zh if code == "zh" else self.en
