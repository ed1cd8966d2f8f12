"""CSV files of customers: read as spreadsheets write them, written so that they can be read again."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsapp.domain.customer import Customer
from fsapp.domain.errors import ConfigError
from fsapp.server.customers_csv import read, written

HEADS = "name,numbers,accounts,level\n"
LI_LEI = Customer(
    id=3,
    name="李雷",
    numbers=("13800138000", "+4930123456"),
    accounts=("1234567890",),
    meters=("M1",),
    level="gold",
    groups=("vip", "new"),
    channel="sms",
    language="zh",
    address="=1+2",
    email="li@example.com",
    note="-",
)


def rows(folder: Path, text: str) -> tuple[list[tuple[int, Customer]], list[str]]:
    file = folder / "customers.csv"
    file.write_text(text, encoding="utf-8")
    steps: list[tuple[int, int]] = []
    drafts, problems = read(file, lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1]
    return [(each.line, each.customer) for each in drafts], [f"{each.line}: {each.sentence}" for each in problems]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    found, problems = rows(tmp_path, "".join(written([LI_LEI, Customer(id=4, name="韩")])))
    assert problems == []
    assert [customer for _, customer in found] == [LI_LEI, Customer(id=4, name="韩")]


def test_a_spreadsheet_calculates_nothing(tmp_path: Path) -> None:
    _, line = written([LI_LEI])
    assert "'=1+2" in line
    assert ",'-" in line
    assert line.startswith("C3,李雷,13800138000;+4930123456,")


def test_heads_may_be_chinese_and_in_any_order(tmp_path: Path) -> None:
    found, _ = rows(tmp_path, "\ufeff电话,户名,级别,户号\n138-0013-8000；+86 139 0013 9000,李雷,gold,9\n")
    assert found == [(2, Customer(name="李雷", numbers=("13800138000", "13900139000"), accounts=("9",), level="gold"))]


def test_every_row_that_cannot_be_is_told_by_its_line(tmp_path: Path) -> None:
    text = HEADS + '李雷,12,9,\n"韩\n梅梅",13800138000,9,\n王,13800138000,9\n\n赵,13800138000,a b,\n'
    found, problems = rows(tmp_path, text)
    assert found == []
    assert problems == [
        "2: '12' is no telephone number",
        "3: 'name' is one line of up to 100 characters",
        "5: there are 3 cells here, not 4",
        "7: 'a b' is no account or meter: it has letters, digits, '-', '_' and '/'",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the first line is to name the columns, among them one of id, numbers, accounts, meters"),
        ("name,level\nx,y\n", "the first line is to name the columns"),
        ("name,numbers,colour\n", "there is no column 'colour'; known: "),
        ("name,number\n", "there is no column 'number'; did you mean 'numbers'?"),
        ("numbers,电话\n", "the column 'numbers' stands there twice"),
        (HEADS, "there are no customers below the heads"),
        ("id,name\nC12;C13,x\n", ""),
    ],
)
def test_a_file_that_is_none_of_customers_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    if not sentence:
        assert rows(tmp_path, text)[1] == ["2: 'C12;C13' is no customer's id: write C12, or nothing"]
        return
    with pytest.raises(ConfigError, match=sentence):
        rows(tmp_path, text)


line = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30)


@settings(max_examples=100, deadline=None)
@given(line, line, line)
def test_whatever_a_customer_is_called_it_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, name: str, address: str, note: str
) -> None:
    customer = Customer(id=1, name=name, address=address, note=note)
    found, problems = rows(tmp_path_factory.mktemp("csv"), "".join(written([customer])))
    assert (found, problems) == ([(2, customer)], [])
