"""Keeping a campaign and taking it along: copies, files for other programs, and the whole in plain files."""

from pathlib import Path
from typing import Literal

from infoint.campaign.numbers import Numbers

Form = Literal[".vcf", ".csv", ".xlsx", "anonymous"]


class Keeping(Numbers):
    """The copies and exports of a campaign."""

    def backup(self, target: str | Path, *, passing: bool = False) -> Path:
        """Copy the whole campaign into a new file; never over another.

        The campaign remembers where, so that `forget` reaches the copy; a `passing` one is soon thrown away.
        """
        self._journal.backup(Path(target), passing=passing)
        return Path(target)

    def copies(self) -> list[Path]:
        """The copies that were made of this campaign, wherever they are, also those that are not there any more."""
        return self._journal.copies()

    def export(self, form: Form) -> bytes:
        """The bytes of a file for other programs.

        ".vcf" and ".csv" hold the people, ".xlsx" people, events and funnel, "anonymous" is a CSV for
        a study, with the columns of `infoint.exchange.tables.ANONYMOUS`.
        """
        from infoint.exchange import tables

        if form == ".vcf":
            return tables.vcards(self.everybody())
        if form == ".csv":
            return tables.as_csv(self.people())
        if form == "anonymous":
            return tables.as_csv(tables.anonymous(self.approaches()))
        from infoint.analysis.funnel import funnel

        stages = funnel(self.approaches(), now=self.last_look()).frame
        return tables.workbook({"people": self.people(), "events": self.events(), "funnel": stages})

    def export_all(self, folder: str | Path) -> Path:
        """Write the whole campaign into a new folder of plain files, from which `rebuild` makes it again."""
        self._journal.export(Path(folder))
        return Path(folder)
