"""Hanzi, pinyin and the Latin words between them."""

import pytest

from fsapp.media import mandarin


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("您好，世界。", "nin2 hao3 , shi4 jie4 ."),
        ("银行", "yin2 hang2"),
        ("行人", "xing2 ren2"),
        ("重庆", "chong2 qing4"),
        ("重要", "zhong4 yao4"),
        ("女士的", "nv3 shi4 de5"),
        ("幺三八", "yao1 san1 ba1"),
    ],
)
def test_hanzi_become_pinyin_phrase_by_phrase(text: str, pinyin: str) -> None:
    assert mandarin.pinyin(text) == pinyin


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("请连接WiFi网络", [("请连接", False), ("WiFi", True), ("网络", False)]),
        ("State Grid 您好。", [("State Grid", True), (" 您好。", False)]),
        ("……，。", []),
        ("VIP", [("VIP", True)]),
    ],
)
def test_latin_words_stand_apart(text: str, runs: list[tuple[str, bool]]) -> None:
    assert mandarin.runs(text) == runs
