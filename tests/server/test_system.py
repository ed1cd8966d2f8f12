"""The machine's disk, as the flow's ports want it."""

from datetime import UTC, datetime
from pathlib import Path

from fsapp.domain.call import Call
from fsapp.server.system import MessageFiles

CALL = Call("c0ffee", "13800138000", "95598", datetime(2026, 11, 18, tzinfo=UTC))


def test_each_message_has_a_file_of_its_own_in_a_folder_of_its_day(tmp_path: Path) -> None:
    files = MessageFiles(tmp_path)
    first, second = (Path(files.message_path(CALL, "fault")) for _ in range(2))
    assert first.parent == tmp_path / "2026-11-18"
    assert first.parent.is_dir()
    assert first != second


def test_what_turned_out_to_be_no_message_is_deleted(tmp_path: Path) -> None:
    files = MessageFiles(tmp_path)
    path = files.message_path(CALL, "fault")
    Path(path).touch()
    for _ in range(2):
        files.discard(path)
        assert not Path(path).exists()
