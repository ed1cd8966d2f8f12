"""The dialplan that the stand-in reads from conf/freeswitch, and time that two channels share."""

from pathlib import Path

import pytest

from fsapp.switchboard.dialplan import shipped
from fsapp.switchboard.timeline import Timeline

DIALPLAN = """<include>
  <context name="a">
    <extension name="one">
      <condition field="destination_number" expression="^1$">
        <action application="set" data="x=$${engines}"/>
        <X-PRE-PROCESS cmd="include" data="more.xml"/>
        <X-PRE-PROCESS cmd="include" data="nowhere.xml"/>
        <action application="hangup"/>
      </condition>
    </extension>
    <extension name="any"><condition><action application="park"/></condition></extension>
  </context>
</include>"""


def test_every_context_of_ours_leads_to_the_engine() -> None:
    dialplan = shipped("host:8084")
    for context, extension in (("trunks", "95598"), ("phones", "*21"), ("waiting", "waiting")):
        actions = dialplan(context, extension)
        assert actions is not None
        assert ("socket", "host:8084 async full") in actions
    assert dialplan("waiting", "agent") == (("park", ""),)
    assert dialplan("waiting", "95598") is None
    assert dialplan("nowhere", "95598") is None


def test_includes_conditions_and_variables_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(DIALPLAN, "utf-8")
    (tmp_path / "more.xml").write_text('<include><action application="answer"/></include>', "utf-8")
    dialplan = shipped("e", tmp_path)
    assert dialplan("a", "1") == (("set", "x=e"), ("answer", ""), ("hangup", ""))
    assert dialplan("a", "2") == (("park", ""),)


def test_a_condition_that_the_stand_in_does_not_know_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(DIALPLAN.replace("destination_number", "network_addr"), "utf-8")
    with pytest.raises(ValueError, match="network_addr"):
        shipped("e", tmp_path)("a", "1")


def test_what_is_due_to_two_who_talk_comes_in_the_order_of_time() -> None:
    done: list[str] = []
    a, b = Timeline(0.0), Timeline(0.0)
    a.pass_to(100.0)
    b.after(5.0, lambda: done.append("b first"))
    a.after(7.0, lambda: done.append("a second"))
    b.follow(a)
    b.after(9.0, lambda: done.append("b third"))
    for _ in range(6):
        a.pass_to(109.0)
    assert done == ["b first", "a second", "b third"]
    assert (a.now, b.now) == (109.0, 9.0)


def test_whoever_parts_takes_along_what_is_due_to_him() -> None:
    done: list[str] = []
    a, b = Timeline(0.0), Timeline(0.0)
    b.follow(a)
    b.after(3.0, lambda: done.append("b"))
    a.after(2.0, lambda: done.append("a"))
    for _ in range(4):
        a.pass_to(2.0)
    b.part()
    a.pass_to(50.0)
    a.pass_to(50.0)
    assert (done, b.now) == (["a"], 2.0)
    b.pass_to(3.0)
    b.pass_to(3.0)
    assert done == ["a", "b"]
