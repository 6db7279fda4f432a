"""Part of a font as TrueType, the one kind that reportlab can embed.

Inter and Noto Sans CJK come with PostScript outlines (cubic curves); those of the characters that a document needs are
turned into TrueType's quadratic ones, to a thousandth of the character's size.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

if TYPE_CHECKING:
    from collections.abc import Collection

    from explorer.graph.export.fonts import FontFile

_TOLERANCE = 0.001  # of the size
_POSTSCRIPT_NAME = 6


def fingerprint(characters: Collection[str]) -> str:
    """The same short text for the same characters."""
    return hashlib.sha256("".join(sorted(characters)).encode()).hexdigest()[:12]


def truetype(file: FontFile, characters: Collection[str]) -> bytes:
    """A TrueType font with the `characters` of `file` that it has."""
    with TTFont(file.path, fontNumber=file.place, lazy=True) as font:
        options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, drop_tables=["GSUB", "GPOS"])
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[ord(character) for character in characters])
        subsetter.subset(font)
        if "CFF " in font:
            _to_truetype(font)
        _rename(font, fingerprint(characters))
        buffer = io.BytesIO()
        font.save(buffer)
        return buffer.getvalue()


def _rename(font: TTFont, ending: str) -> None:
    """Gives the part a PostScript name of its own: reportlab takes two fonts of one name for the same font."""
    for record in font["name"].names:
        if record.nameID == _POSTSCRIPT_NAME:
            record.string = f"{record.toUnicode()}-{ending}"


def _to_truetype(font: TTFont) -> None:
    """Replaces the PostScript outlines of `font`."""
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    error = font["head"].unitsPerEm * _TOLERANCE
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, error, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, glyphs
    for tag in ("CFF ", "VORG"):
        if tag in font:
            del font[tag]
    for name, glyph in glyphs.items():
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    _describe(font, len(order))


def _describe(font: TTFont, count: int) -> None:
    """Brings the tables in order that say what kind of font it is."""
    profile = font["maxp"]
    profile.tableVersion = 0x00010000
    profile.numGlyphs = count
    profile.maxZones = 1
    for name in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth", "maxPoints", "maxContours",
        "maxCompositePoints", "maxCompositeContours",
    ):  # fmt: skip
        setattr(profile, name, 0)
    font["post"].formatType = 3.0  # no glyph names
    font.sfntVersion = "\x00\x01\x00\x00"
