"""Files written whole: what a kill leaves beside them goes with a later one."""

import os
from time import time

from tracker.whole_files import FORGOTTEN, written_whole


def killed(folder, seconds_ago):
    half = folder / f".tracker-{seconds_ago:016x}.part"
    half.write_bytes(b"half")
    os.utime(half, (time() - seconds_ago,) * 2)
    return half


def test_the_half_of_a_killed_one_goes_a_day_later(tmp_path):
    others = [tmp_path / ".tracker-notes", tmp_path / "old.part"]
    for other in others:
        other.touch()
        os.utime(other, (0, 0))
    killed(tmp_path, FORGOTTEN + 60)
    lately = killed(tmp_path, FORGOTTEN - 60)
    with written_whole(tmp_path / "a.xlsx") as file:
        file.write(b"all")
    assert {*tmp_path.iterdir()} == {*others, lately, tmp_path / "a.xlsx"}


def test_its_rights_are_those_asked_for(tmp_path):
    with written_whole(tmp_path / "a.zip", 0o600) as file:
        assert [half.stat().st_mode & 0o777 for half in tmp_path.iterdir()] == [0o600]
        file.write(b"all")
    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600


def test_a_name_as_long_as_can_be_is_written(tmp_path):
    path = tmp_path / ("长" * 83 + ".xlsx")
    with written_whole(path) as file:
        file.write(b"all")
    assert path.read_bytes() == b"all"
