"""What is taken as evidence: the end of the name and the bytes have to agree."""

import pytest

from targets.reading.evidence import kind_of
from targets.reading.sheet import FileRefusal
from tests.files import packed
from tests.files.evidence import REFUSED, TAKEN, pdf


@pytest.mark.parametrize("name", TAKEN)
def test_what_offices_have_is_taken(name):
    assert kind_of(name, TAKEN[name], most=1000_000) == name.rpartition(".")[2].lower()


@pytest.mark.parametrize(("key", "name"), [(key, name) for key, files in REFUSED.items() for name in files])
def test_what_is_something_else_is_refused(key, name):  # cases 103, 104, 108
    with pytest.raises(FileRefusal) as refused:
        kind_of(name, REFUSED[key][name], most=1000_000)
    assert refused.value.key == key


def test_one_byte_more_than_the_limit_is_too_large():  # case 109
    content = pdf()
    assert kind_of("甲.pdf", content, most=len(content)) == "pdf"
    with pytest.raises(FileRefusal) as refused:
        kind_of("甲.pdf", content, most=len(content) - 1)
    assert refused.value.key == "evidence_is_large"


def test_a_list_of_very_many_members_is_not_read():
    names = {f"word/{number}": "" for number in range(5_001)}
    with pytest.raises(FileRefusal):
        kind_of("甲.docx", packed({"[Content_Types].xml": "", **names}), most=10_000_000)
