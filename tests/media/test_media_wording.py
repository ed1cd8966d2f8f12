"""Prompts as operators type them become words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.media import wording


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("电费查询请按1，人工服务请按0。", "电费查询请按一，人工服务请按零。"),
        ("2026-11-21 9:30停电", "二零二六年十一月二十一日九点半停电"),
        ("8:00-17:30检修", "八点至十七点半检修"),
        ("2026年11月2日", "二零二六年十一月二日"),
        ("拨打95598", "拨打九五五九八"),
        ("手机13800138000", "手机幺三八，零零幺三，八零零零"),
        ("电费¥1,234.50，比上月多12.5%", "电费一千二百三十四元五角，比上月多百分之十二点五"),
        ("用电312.5kWh，费用2元", "用电三百一十二点五千瓦时，费用两元"),
        ("您有2个工单，第2个", "您有两个工单，第二个"),
        ("WiFi密码0042", "WiFi密码零零四二"),
        ("气温-5℃", "气温负五摄氏度"),
        ("共1~3天", "共一至三天"),
        ("一年365天", "一年三百六十五天"),
        ("共10,086户，1,002,003次", "共一万零八十六户，一百万二千零三次"),
        ("代码01,02", "代码零幺, 零二"),
    ],
)
def test_figures_in_mandarin_are_written_out(text: str, said: str) -> None:
    assert wording.words(text, "zh") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Press 1, or 0.", "Press one, or zero."),
        ("on 2026-11-21 at 9:30", "on November twenty-first, twenty twenty-six at nine thirty a.m."),
        ("from 8:00-17:30", "from eight a.m. to five thirty p.m."),
        ("at 9:30 PM", "at nine thirty PM"),
        ("You owe $1,234.56", "You owe one thousand two hundred and thirty-four dollars and fifty-six cents"),
        ("Call 95598. PIN 0042.", "Call nine five five nine eight. PIN zero zero four two."),
        ("555-0199", "five five five, zero one nine nine"),
        ("10,086 callers, code 0042", "ten thousand and eighty-six callers, code zero zero four two"),
        ("the 21st, 12.5% of 3 kWh", "the twenty-first, twelve point five percent of three kilowatt hours"),
    ],
)
def test_figures_in_english_are_written_out(text: str, said: str) -> None:
    assert wording.words(text, "en") == said


@pytest.mark.parametrize("language", ["zh", "en"])
@given(text=st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789-:.,¥$%元年月日个 "))))
def test_no_text_breaks_it_and_no_figure_is_left(language: str, text: str) -> None:
    assert not any(sign in "0123456789" for sign in wording.words(wording.plain(text), language))


@given(st.text(alphabet=st.sampled_from("。，. a好"), max_size=300), st.integers(1, 40))
def test_pieces_are_short_and_together_the_text(text: str, most: int) -> None:
    pieces = wording.pieces(text, most)
    assert "".join(pieces) == text
    assert all(len(piece) <= most for piece in pieces)


def test_a_long_text_is_cut_after_a_sentence() -> None:
    assert wording.pieces("一二三。四五，六七八", 7) == ["一二三。", "四五，六七八"]


@pytest.mark.parametrize("hostile", ["a\0b", "a\nb", "a\r\n\r\nb", "a\x1bb", "a\u202eb", " a\t b "])
def test_control_characters_are_blanks(hostile: str) -> None:
    assert wording.plain(hostile) == "a b"


def test_half_a_character_is_no_harm() -> None:
    assert wording.plain("a\udcff") == "a?"
