"""责任领导 as documents name them, and as they are printed."""

import pytest

from targets import explain
from targets.models import Leaders, Member
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    for name, post, unit in (
        ("张三", "副镇长", "外海街道"),
        ("李四", "副镇长", "外海街道"),
        ("王五", "镇长", "外海街道"),
        ("赵六", "", "经发办"),
        ("张三", "主任", "经发办"),
    ):
        Member(name=name, post=post, unit=make_unit(unit)).save()
    Member(name="钱七", post="书记", unit=make_unit("礼乐街道", parent=None)).save()
    return make_unit("外海街道")


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("镇长", "王五"), ("王五", "王五"), ("镇长王五", "王五"), ("王五镇长", "王五"),
        ("镇 长　王五", "王五"), ("赵六", "赵六"), ("副镇长李四", "李四"), ("张三 主任", "张三"),
        ("副镇长", None),  # two of that post
        ("张三", None),  # two of that name
        ("钱七", None),  # of another town
        ("分管副镇长李四", None), ("王", None), ("", None), ("　", None),
    ],
)  # fmt: skip
def test_words_name_a_person_where_they_fit_exactly_one(town, words, who):
    found = Leaders(town).columns(words)
    person = found["accountable_leader"]
    assert (person and person.name, found["accountable_leader_words"]) == (who, "" if who else words)


@pytest.mark.parametrize(
    ("name", "post", "printed"),
    [
        pytest.param("张三", "副镇长", "副镇长 张三", id="post first"),
        pytest.param("张三", "", "张三", id="no post"),
        pytest.param(
            "分管经济工作的副镇长", "分管经济工作的副镇长", "分管经济工作的副镇长", id="the post alone"
        ),
        pytest.param("外海街道填报员", "填报员", "外海街道填报员", id="the post in the name"),
        pytest.param("张三", "副镇长张三", "副镇长张三", id="the name in the post"),
    ],
)
def test_a_person_is_printed_with_the_post_first_and_nothing_twice(name, post, printed):
    assert explain.titled(Member(name=name, post=post)) == printed
