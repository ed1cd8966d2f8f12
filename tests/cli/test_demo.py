"""The first thing that anybody sees."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_call_by_script_tells_the_bill_and_shows_its_record(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(ROOT / "scripts/make-billing"), str(tmp_path / "data/billing.sqlite")], check=True
    )
    (tmp_path / "conf").mkdir()
    settings = (ROOT / "conf/fsapp.yaml").read_text().replace("../data", str(tmp_path / "data"))
    for folder in ("ivr_flows", "dialplan", "sounds"):
        settings = settings.replace(f"../{folder}", str(ROOT / folder))
    settings = settings.replace("calendars.yaml", str(ROOT / "conf/calendars.yaml"))
    (tmp_path / "conf/fsapp.yaml").write_text(settings)
    demo = [sys.executable, "-m", "fsapp", "demo", "--config", str(tmp_path / "conf/fsapp.yaml")]
    shown = subprocess.run([*demo, "--keys", "1 1234567890 hangup"], capture_output=True, text=True, check=True).stdout
    assert "三百一十二元五角" in shown
    assert "disposition   bill_told" in shown
    assert "hangup_party  caller" in shown
