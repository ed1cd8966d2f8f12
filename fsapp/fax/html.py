"""HTML to PDF, by fpdf2's own small renderer: what it knows is text. Runs in the worker process.

Known are headings, paragraphs, bold, italic and underlined text, colours, lists, tables, rules, line breaks, `<pre>`,
links (as text) and alignment; not style sheets, scripts and pictures. A picture is an error: a page that named one
could fetch whatever this machine reaches.
"""

from pathlib import Path
from typing import Any

from fpdf import FPDF, FontFace
from fpdf.errors import FPDFException
from fpdf.fonts import TTFFont
from fpdf.html import HTML2FPDF

from fsapp.domain.errors import MediaError
from fsapp.fax import fonts
from fsapp.fax.pages import MARGIN_MM

_FAMILY = "page"
_POINTS = 12


class _Reader(HTML2FPDF):
    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("img", "svg", "object", "embed", "iframe"):
            raise MediaError(f"HTML for a fax holds no pictures: <{tag}>")
        if tag == "a":
            attrs = ()
            tag = "u"
        super().handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag("u" if tag == "a" else tag)


class _Paper(FPDF):
    HTML2FPDF_CLASS = _Reader


def write(path: Path, html: str, font: str = "") -> None:
    """Writes HTML as an A4 PDF. Raises MediaError for what cannot be drawn."""
    file = fonts.found(font)
    fonts.check(file, html)
    paper = _Paper(format="A4", unit="mm")
    paper.set_margin(MARGIN_MM)
    paper.set_auto_page_break(True, MARGIN_MM)
    for style in ("", "B", "I", "BI"):
        paper.add_font(_FAMILY, style, file)
    paper.set_font(_FAMILY, size=_POINTS)
    paper.add_page()
    try:
        paper.write_html(
            html, font_family=_FAMILY, tag_styles={tag: FontFace(family=_FAMILY) for tag in ("pre", "code")}
        )
        paper.output(str(path))
    except MediaError:
        raise
    except (FPDFException, ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError) as error:
        raise MediaError(f"the HTML cannot be drawn: {error}") from None
    finally:
        for each in paper.fonts.values():
            if isinstance(each, TTFFont):
                each.ttfont.close()
