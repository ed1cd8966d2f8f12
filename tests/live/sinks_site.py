"""A site that has everything where a text of somebody else's ends up: mail, webhooks, tickets, customers, an agent."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from gevent.pywsgi import WSGIServer

from tests.live.engine import ROOT, Engine
from tests.live.switch import Switch
from tests.server.post_office import PostOffice

FLOW = """
version: 1
flow: live_sinks
language: zh
numbers: ["7081", "7082", "7083", "7084", "7085"]
on_error: gone

main:
  - if: {test: "call.dnis == '7081'", on: {no: number}}
  - set: {said: "{{ call.caller_name }}"}
  - goto: used

number:
  - if: {test: "call.dnis == '7082'", on: {no: row}}
  - set: {said: "{{ call.ani }}"}
  - goto: used

row:
  - if: {test: "call.dnis == '7083'", on: {no: answer}}
  - lookup: {source: billing, account: "{{ call.ani }}", into: bill, on: {missing: gone, failed: gone}}
  - set: {said: "{{ bill.amount }}"}
  - goto: used

answer:
  - if: {test: "call.dnis == '7084'", on: {no: customer}}
  - lookup: {source: crm, who: "{{ call.ani }}", said: "", into: card, on: {missing: gone, failed: gone}}
  - set: {said: "{{ card.said }}"}
  - goto: used

customer:
  - set: {said: "{{ customer.name }}"}
  - goto: used

used:
  - tag: {disposition: "{{ said }}", note: "{{ said }}", tags: {said: "{{ said }}", length: "{{ said | length }}"}}
  - whisper: "{{ said }}"
  - lookup: {source: billing, account: "{{ said }}", into: nothing, on: {missing: asked, failed: asked}}
  - goto: asked

asked:
  - lookup: {source: crm, who: "{{ said }}", said: "{{ said }}", into: nothing, on: {missing: dialled, failed: dialled}}
  - goto: dialled

dialled:
  - dial: {number: "{{ said }}", ring_timeout: 5, on: {failed: agent}}
  - goto: agent

agent:
  - dial: {agent: "{{ said }}", ring_timeout: 5, on: {failed: moved}}
  - goto: moved

moved:
  - transfer: {number: "{{ said }}", method: refer, on: {failed: faxed}}

faxed:
  - fax_send: {document: "{{ said }}", on: {missing: wished, failed: wished}}
  - goto: wished

wished:
  - callback: {queue: live, number: "{{ said }}", ask: false, on: {refused: known}}
  - goto: known

known:
  - ticket_state: {number: "{{ said }}", on: {missing: opened, failed: opened}}
  - goto: opened

opened:
  - ticket:
      kind: complaint
      text: "{{ said }}"
      fields: {against: "{{ said }}", happened_on: "{{ said }}"}
      message: "{{ said }}"
      on: {failed: left}
  - goto: left

left:
  - voicemail: {agent: "{{ said }}", greeting: beep, review: false, silence: 1, on: {empty: left_too}}
  - goto: left_too

left_too:
  - voicemail: {queue: live, greeting: beep, review: false, silence: 2, on: {empty: spoken}}
  - goto: spoken

spoken:
  - say: {text: "{{ said }}", barge_in: true}
  - tag: {tags: {reached: spoken}}
  - enqueue:
      queue: live_canary
      data: {said: "{{ said }}"}
      customer_level: "{{ said }}"
      sticky_agent: "{{ said }}"
      on: {failed: gone}
  - goto: gone

gone:
  - hangup
"""


class Neighbours:
    """The web servers and the mail server of a site. `cards` are what the look-up answers, by number."""

    def __init__(self) -> None:
        self.cards: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        """What a look-up was asked for: the path's last part, as it stood on the wire, and the query's value."""
        self.pops: list[Mapping[str, Any]] = []
        self.notices: list[Mapping[str, Any]] = []
        self.post = PostOffice()
        self._mail = self.post.start()
        self._web = WSGIServer(("127.0.0.1", 0), self._answer, log=None)
        self._web.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._web.address[1]}"

    @property
    def mail_port(self) -> int:
        return int(self._mail.server_port or 0)

    def close(self) -> None:
        self._web.stop()
        self._mail.stop()

    def _answer(self, environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        body = environ["wsgi.input"].read()
        headers = [("Content-Type", "application/json")]
        if path.startswith("/card/"):
            said = parse_qs(environ["QUERY_STRING"], keep_blank_values=True).get("said", [""])[0]
            self.asked.append((path.removeprefix("/card/"), said))
            card = self.cards.get(path.removeprefix("/card/"))
            start("200 OK" if card is not None else "404 Not Found", headers)
            return [json.dumps({"said": card}).encode()]
        (self.pops if path == "/pop" else self.notices).append(json.loads(body))
        start("200 OK", headers)
        return [b"{}"]


class SinksEngine(Engine):
    """Has flows of its own, since no other engine has its look-up."""

    neighbours: Neighbours

    def _flows(self) -> None:
        super()._flows()
        own = self._folder / "flows-sinks"
        own.mkdir(exist_ok=True)
        (own / "live_sinks.yaml").write_text(FLOW)

    def answer(self, rows: Mapping[str, str]) -> None:
        """Has the look-up of bills answer with these, by account."""
        with sqlite3.connect(self._folder / "power.db") as bills:
            bills.executemany("INSERT INTO bill VALUES (?, ?, '', '')", list(rows.items()))
        bills.close()

    def files(self) -> Iterator[Path]:
        """Everything that the engine and the switch wrote."""
        return self.data.parent.rglob("*")

    def told(self, *words: str) -> str:
        """The output of a command."""
        return self.command(*words)

    def _written(self, switch: Switch) -> dict[str, object]:
        written = super()._written(switch)
        tickets = self._folder / "tickets.yaml"
        text = (ROOT / "conf" / "tickets.yaml").read_text()
        tickets.write_text(text.replace("{name: 客户服务部,", "{name: 客户服务部, mail: desk@site.example,"))
        web = self.neighbours.url
        crm = {"http": {"url": f"{web}/card/{{who}}?said={{said}}"}}
        lookups: Mapping[str, object] = written["lookups"]  # type: ignore[assignment]
        return {
            **written,
            "flows": self._folder / "flows-sinks",
            "tickets": tickets,
            "lookups": {**lookups, "crm": crm},
            "screen_pop": {"url": f"{web}/pop", "call_info": "https://crm.example/calls/"},
            "ticket_notices": {"url": f"{web}/notices"},
            "mail": {"host": "127.0.0.1", "port": self.neighbours.mail_port, "sender": "fsapp@site.example"},
            "voicemail": {"mail": {"queue:live": ["desk@site.example"]}},
        }


COMMANDS: Sequence[tuple[str, ...]] = (
    ("cdr", "list"),
    ("queues", "log"),
    ("queues", "list"),
    ("agents", "list"),
    ("tickets", "list", "--all"),
    ("customers", "find", "1361"),
    ("report", "traffic", "--by", "disposition"),
    ("report", "traffic", "--by", "number"),
    ("report", "agents"),
    ("report", "queues"),
    ("report", "tickets"),
    ("report", "inout"),
)
"""What a person reads on a terminal."""
