"""Reading any text file: encodings, delimiters, quotation marks."""

import pytest

from infoint.errors import Problem, UnreadableFile
from infoint.exchange.text import open_text


def _rows(tmp_path, data: bytes, delimiter=","):
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    return list(open_text(path).rows(delimiter))


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
    ],
)
def test_the_encoding_is_found_and_said(tmp_path, codec, said):
    text = ("\ufeff" if codec == "utf-16-be" else "") + "Zoë,Müller\n"
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(codec))
    found = open_text(path)
    assert found.encoding == said
    assert list(found.rows(",")) == [(1, ["Zoë", "Müller"])]


def test_one_byte_that_is_no_utf8_at_the_very_end_of_a_long_file_makes_it_cp1252(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"Dana,Ruiz\n" * 200_000 + b"Ren\xe9,Blanc\n")
    assert open_text(path).encoding == "cp1252"


def test_a_letter_of_two_bytes_across_the_border_of_two_chunks_is_still_utf8(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"a" * ((1 << 20) - 1) + "ë\n".encode())
    assert open_text(path).encoding == "utf-8"


def test_bytes_that_cp1252_leaves_undefined_are_counted_and_stand_as_replacement_characters(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"Ren\xe9,\x81\x8d\n")
    found = open_text(path)
    assert (found.lost, list(found.rows(","))) == (2, [(1, ["René", "\ufffd\ufffd"])])


@pytest.mark.parametrize(
    "data", [b"a,b\0c\n", b"caf\xe9\0", "a,b\n".encode("utf-16-le"), b"\xff\xfeA\xd8x\0", b"\xef\xbb\xbfcaf\xe9\n"]
)
def test_what_is_no_text_in_any_of_the_encodings_is_refused(tmp_path, data):
    with pytest.raises(UnreadableFile):
        _rows(tmp_path, data)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(tmp_path, end):
    assert _rows(tmp_path, f"a,b{end}{end}c,d".encode()) == [(1, ["a", "b"]), (2, []), (3, ["c", "d"])]


def test_a_cell_may_hold_commas_line_breaks_and_a_million_characters(tmp_path):
    big = "x" * 1_000_000
    assert _rows(tmp_path, f'a,"b, c\nd"\ne,"{big}"\n'.encode()) == [(1, ["a", "b, c\nd"]), (2, ["e", big])]


def test_stray_quotation_marks_inside_a_line_are_read_as_they_stand(tmp_path):
    assert _rows(tmp_path, b'"Dana" Ruiz,b\nc,d\n') == [(1, ["Dana Ruiz", "b"]), (2, ["c", "d"])]


@pytest.mark.parametrize("after", [b"c,d\n", b'c,"d"\n', b'c,"d, e"\n"f",g\n'])
def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_and_no_other(tmp_path, after):
    found = _rows(tmp_path, b'a,b\nbad,"row\n' + after)
    assert found[0] == (1, ["a", "b"])
    assert isinstance(found[1], Problem)
    assert (found[1].row, found[1].skipped) == (2, True)
    assert [row for row, _ in found[2:]] == list(range(3, 3 + after.count(b"\n")))
    assert found[2][1][0] == "c"


def test_a_quotation_mark_left_open_in_a_huge_file_stops_neither_it_nor_the_memory(tmp_path):
    found = _rows(tmp_path, b'bad,"row\n' + b"Dana,Ruiz,Orbit\n" * 400_000)
    assert isinstance(found[0], Problem)
    assert len(found) == 400_001


def test_a_line_without_end_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="a line of more than"):
        _rows(tmp_path, b"x" * 8_000_001)
