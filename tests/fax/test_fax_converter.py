"""The worker process: it is limited, it is replaced, and it never stops the hub."""

import time
from pathlib import Path

import gevent
import pytest
from fpdf import FPDF

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Resolution
from fsapp.fax.converter import Converter, ConverterFailed
from fsapp.fax.jobs import Cover, Made, MakeFax, MakePdf, MakePreview, line, of_line
from fsapp.fax.library import Library


@pytest.fixture
def document(tmp_path: Path) -> Path:
    made = FPDF()
    for _ in range(3):
        made.add_page()
    made.output(str(tmp_path / "a.pdf"))
    return tmp_path / "a.pdf"


def worker(script: str, seconds: int = 5) -> Converter:
    return Converter(seconds=seconds, command=("sh", "-c", script))


def test_a_job_is_done_in_a_process_of_its_own(document: Path, tmp_path: Path) -> None:
    made = Converter().do(MakeFax(str(document), str(tmp_path / "a.tif"), Resolution.STANDARD))
    assert made == Made(3, Resolution.STANDARD)


def test_the_hub_goes_on_meanwhile(document: Path, tmp_path: Path) -> None:
    pauses, last = [], time.perf_counter()
    working = gevent.spawn(Converter().do, MakeFax(str(document), str(tmp_path / "a.tif")))
    while not working.ready():
        gevent.sleep(0.001)
        pauses.append(time.perf_counter() - last)
        last = time.perf_counter()
    assert working.get() == Made(3, Resolution.FINE)
    assert len(pauses) > 20


def test_what_is_wrong_with_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    with pytest.raises(MediaError, match=r"a\.pdf is no PDF") as refusal:
        Converter().do(MakeFax(str(tmp_path / "a.pdf"), str(tmp_path / "a.tif")))
    assert not isinstance(refusal.value, ConverterFailed)


def test_a_full_or_missing_disk_is_no_fault_of_the_file(document: Path, tmp_path: Path) -> None:
    with pytest.raises(ConverterFailed, match="No such file or directory"):
        Converter().do(MakeFax(str(document), str(tmp_path / "missing" / "a.tif")))


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("sleep 60", "took longer than 1 s"),
        ("kill -9 $$", "it was killed"),
        ("kill -XCPU $$", "it took too long"),
        ("exit 3", "exit 3"),
        ("echo nonsense", "answered nonsense"),
    ],
)
def test_a_worker_that_dies_or_hangs_is_told_of(script: str, sentence: str) -> None:
    with pytest.raises(MediaError, match=sentence):
        worker(script, seconds=1).do(MakePreview("a", "b"))


def test_jobs_wait_for_one_another() -> None:
    converter = worker('sleep 0.3; echo \'{"pages":1,"resolution":"fine"}\'')
    began = time.monotonic()
    gevent.joinall([gevent.spawn(converter.do, MakePreview("a", "b")) for _ in range(3)], raise_error=True)
    assert time.monotonic() - began > 0.85


@pytest.mark.parametrize(
    "job",
    [
        MakeFax("a", "b", Resolution.STANDARD, "f", Cover("t", {"to": "张伟"}), "s"),
        MakeFax("a", "b"),
        MakePdf("a", "b", "t", partial=True),
        MakePreview("a", "b", 3),
    ],
)
def test_a_job_is_the_same_at_the_other_end(job: MakeFax | MakePdf | MakePreview) -> None:
    assert of_line(line(job)) == job


class TestLibrary:
    @pytest.fixture
    def library(self, tmp_path: Path) -> Library:
        return Library(tmp_path / "documents", Converter())

    def test_a_document_is_there_whole(self, library: Library, document: Path) -> None:
        sha256, made, size = library.add(document)
        assert library.fax(sha256).stat().st_size == size > 0
        assert library.pdf(sha256).read_bytes() == document.read_bytes()
        assert made.pages == 3

    def test_the_same_document_lies_there_once(self, library: Library, document: Path, tmp_path: Path) -> None:
        assert library.add(document) == library.add(document)
        assert len(list((tmp_path / "documents").glob("*/*"))) == 1

    def test_in_another_resolution_it_is_another(self, library: Library, document: Path) -> None:
        assert library.add(document)[0] != library.add(document, Resolution.STANDARD)[0]

    def test_nothing_is_left_of_a_document_that_is_none(self, library: Library, tmp_path: Path) -> None:
        (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4")
        with pytest.raises(MediaError, match=r"bad\.pdf is no PDF"):
            library.add(tmp_path / "bad.pdf")
        assert list((tmp_path / "documents").glob("*/*")) == []

    def test_a_file_that_is_too_large_is_not_even_read(self, library: Library, tmp_path: Path) -> None:
        with (tmp_path / "huge.pdf").open("wb") as huge:
            huge.truncate(101 * 1024**2)
        with pytest.raises(MediaError, match=r"huge\.pdf has 101 MB, and 100 is the most"):
            library.add(tmp_path / "huge.pdf")

    @pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63 + "/"])
    def test_a_hash_is_no_path(self, library: Library, name: str) -> None:
        with pytest.raises(MediaError, match="is no document's hash"):
            library.fax(name)

    def test_a_received_fax_gets_a_pdf(self, library: Library, document: Path) -> None:
        fax = library.fax(library.add(document)[0])
        sha256, made, _ = library.keep_received(fax, "title", partial=False)
        assert made.pages == 3
        assert library.pdf(sha256).read_bytes().startswith(b"%PDF")

    def test_a_preview_is_whole_or_not_there(self, library: Library, document: Path, tmp_path: Path) -> None:
        sha256, _, _ = library.add(document)
        library.preview(sha256, 1, tmp_path / "page.png")
        with pytest.raises(MediaError):
            library.preview(sha256, 9, tmp_path / "other.png")
        assert [path.name for path in tmp_path.glob("*.png*")] == ["page.png"]
        assert list(tmp_path.glob(".*")) == []
