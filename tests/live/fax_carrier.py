"""The other side of the trunk: a FreeSWITCH of its own with fax machines behind it, called by their numbers.

A machine takes a fax into a file named after its number and the call; it can be told to be busy, not to answer, or to
break off after a page.
"""

import socket
import subprocess
from pathlib import Path

from tests.live.caller import until
from tests.live.switch import free_port

PASSWORD = "carrier-of-tests"
MODULES = ("mod_event_socket", "mod_commands", "mod_sofia", "mod_dialplan_xml", "mod_dptools", "mod_spandsp")

CONF = """<?xml version="1.0"?>
<document type="freeswitch/xml">
  <section name="configuration">
    <configuration name="modules.conf"><modules>{modules}</modules></configuration>
    <configuration name="event_socket.conf"><settings>
      <param name="listen-ip" value="127.0.0.1"/><param name="listen-port" value="{socket_port}"/>
      <param name="password" value="{password}"/>
    </settings></configuration>
    <configuration name="switch.conf"><settings>
      <param name="rtp-start-port" value="{first_rtp}"/><param name="rtp-end-port" value="{last_rtp}"/>
    </settings></configuration>
    <configuration name="spandsp.conf"><fax-settings><param name="use-ecm" value="true"/></fax-settings></configuration>
    <configuration name="sofia.conf"><profiles><profile name="carrier"><settings>
      <param name="sip-ip" value="127.0.0.1"/><param name="rtp-ip" value="127.0.0.1"/>
      <param name="sip-port" value="{sip_port}"/><param name="context" value="carrier"/>
      <param name="dialplan" value="XML"/><param name="auth-calls" value="false"/>
      <param name="inbound-codec-prefs" value="PCMA"/><param name="outbound-codec-prefs" value="PCMA"/>
    </settings></profile></profiles></configuration>
  </section>
  <section name="dialplan"><context name="carrier">
    {busy}
    <extension name="fax"><condition field="destination_number" expression="^([0-9]+)$">
      <action application="set" data="fax_enable_t38={t38}"/>
      {breaks}
      <action application="answer"/>
      <action application="rxfax" data="{folder}/$1-${{uuid}}.tif"/>
      <action application="hangup"/>
    </condition></extension>
  </context></section>
</document>
"""
BUSY = '<extension name="busy"><condition><action application="hangup" data="USER_BUSY"/></condition></extension>'
BREAK = '<action application="set" data="execute_on_fax_phase_d=sched_hangup +2"/>'


class FaxCarrier:
    """Started by `start`, surely stopped by `stop`. What machines are like holds for the calls that follow."""

    def __init__(self, program: Path, folder: Path, sip_port: int, first_rtp: int) -> None:
        self._program = program
        self._folder = folder
        self._sip_port = sip_port
        self._socket_port = free_port()
        self._first_rtp = first_rtp
        self.faxes = folder / "faxes"

    def start(self) -> None:
        self.faxes.mkdir(parents=True)
        self._write()
        folders = [word for name in ("log", "db", "run") for word in (f"-{name}", str(self._made(name)))]
        command = [str(self._program), "-nf", "-nc", "-nonat", "-np", "-conf", str(self._made("conf")), *folders]
        with (self._folder / "output").open("wb") as output:
            self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        until(self._is_ready, 30, "carrier")

    def stop(self) -> None:
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(5)

    def be(self, *, busy: bool = False, breaks: bool = False, t38: bool = True) -> None:
        """Whether they are busy, break off in the second page, speak T.38."""
        self._write(busy=busy, breaks=breaks, t38=t38)
        self._api("reloadxml")

    def received(self, number: str) -> list[Path]:
        """The files of a machine's faxes, in the order of their ends."""
        return sorted(self.faxes.glob(f"{number}-*.tif"), key=lambda path: path.stat().st_mtime_ns)

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def _write(self, *, busy: bool = False, breaks: bool = False, t38: bool = True) -> None:
        text = CONF.format(
            modules="".join(f'<load module="{name}"/>' for name in MODULES),
            socket_port=self._socket_port,
            password=PASSWORD,
            first_rtp=self._first_rtp,
            last_rtp=self._first_rtp + 198,
            sip_port=self._sip_port,
            folder=self.faxes,
            t38=str(t38).lower(),
            busy=BUSY if busy else "",
            breaks=BREAK if breaks else "",
        )
        (self._made("conf") / "freeswitch.xml").write_text(text)

    def _is_ready(self) -> bool:
        try:
            return "RUNNING" in self._api("sofia status")
        except OSError:
            return False

    def _api(self, command: str) -> str:
        with socket.create_connection(("127.0.0.1", self._socket_port), 5) as connection:
            stream = connection.makefile("rwb")
            stream.write(f"auth {PASSWORD}\n\napi {command}\n\n".encode())
            stream.flush()
            body = b""
            for _ in ("greeting", "auth", "answer"):
                length = 0
                while line := stream.readline().strip():
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                body = stream.read(length)
            return body.decode()
