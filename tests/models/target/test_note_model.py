"""Notes on a target: who may write which, and that no export carries them."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from targets.models import SupportingUnit, TargetNote
from targets.todo import Todo, queues
from tests.factories import at, author, coordinator, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


def supporter(*roles):
    return make_user("配合", make_unit("建设办"), *(roles or ("填报员",)))


def leader():
    return make_user("书记", make_unit("外海街道"), "领导", first_name="书记")


@pytest.fixture
def target():
    target = make_target(title="全年工业总产值")
    SupportingUnit(target=target, unit=make_unit("建设办")).save()
    return target


def written(target, by, kind="leader", text="请抓紧推进。"):
    return target.notes.write(target, by=by, kind=kind, text=text, at=at(JULY))


@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        pytest.param(leader, ["leader"], id="leader"),
        pytest.param(supporter, ["support"], id="supporting unit"),
        pytest.param(lambda: supporter("领导"), ["leader", "support"], id="leader of a supporting unit"),
        pytest.param(lambda: supporter("系统管理员"), [], id="supporting unit without a role"),
        pytest.param(lambda: author(make_unit()), [], id="lead unit"),
        pytest.param(coordinator, [], id="coordinator"),
    ],
)
def test_who_may_note_what(target, make, kinds):
    user = make()
    assert target.notes.open_to(user, target) == kinds
    for kind in TargetNote.Kind.values:
        if kind in kinds:
            assert written(target, user, kind).unit == user.member.unit
        else:
            with pytest.raises(PermissionDenied):
                written(target, user, kind)


def test_a_draft_is_commented_on_by_whoever_sees_the_row():
    target = make_target(make_plan(state="drafting"))
    for user in (author(make_unit()), coordinator()):
        assert target.notes.open_to(user, target) == ["comment"]
    assert target.notes.open_to(author(make_unit("城管办")), target) == []


def test_a_note_has_text_of_a_bounded_length_and_stays(target):
    user = leader()
    for text in ("", "长" * 501):
        with pytest.raises(ValidationError):
            written(target, user, text=text)
    note = written(target, user)
    note.text = "改"
    with pytest.raises(ValidationError):
        note.save()


def test_no_export_carries_a_note(target, client, capsys):
    written(target, leader(), text="只在本页可见的意见")
    client.force_login(coordinator())
    answer = client.get("/targets/export/", {"plan": "P25"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [str(cell.value) for sheet in book for row in sheet.rows for cell in row]
    assert any("全年工业总产值" in cell for cell in cells)
    assert not any("只在本页可见的意见" in cell for cell in cells)
    call_command("status", plan="P25", format="json")
    told = capsys.readouterr().out
    assert "全年工业总产值" in told
    assert "只在本页可见的意见" not in told


# --- on the page ----------------------------------------------------------------------------------


def address(target):
    return f"/targets/{target.code}/notes/"


def test_a_note_is_written_and_shown_on_the_target_s_page(target, client):
    client.force_login(leader())
    page = client.get(f"/targets/{target.code}/").content.decode()
    assert f'action="{address(target)}"' in page
    answer = client.post(address(target), {"kind": "leader", "text": "请抓紧<b>推进</b>。"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/targets/{target.code}/#notes")
    client.force_login(author(make_unit()))
    page = client.get(f"/targets/{target.code}/").content.decode()
    assert "请抓紧&lt;b&gt;推进&lt;/b&gt;。" in page
    assert 'name="kind"' not in page  # the unit writes no remark; it answers this one
    assert "答复内容：" in page


def test_a_refused_note_comes_back_with_its_text(target, client):
    client.force_login(leader())
    for typed in ({"kind": "leader", "text": "很" * 501}, {"kind": "support", "text": "很" * 9}):
        answer = client.post(address(target), typed)
        assert answer.status_code == 400
        assert typed["text"] in answer.content.decode()
    assert not TargetNote.objects.exists()


def test_who_may_not_note_is_refused_and_who_does_not_see_finds_nothing(target, client):
    client.force_login(author(make_unit()))
    assert client.post(address(target), {"kind": "leader", "text": "我"}).status_code == 403
    assert client.get(address(target)).headers["Location"] == f"/targets/{target.code}/"
    client.force_login(make_user("外", make_unit("礼乐街道", parent=None), "领导"))
    answers = [
        client.post(place, {"kind": "leader", "text": "我"})
        for place in (address(target), "/targets/NO-1/notes/")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert not TargetNote.objects.exists()


# --- a leader's remark waits to be answered -------------------------------------------------------


def asked_of(user):
    return [item.title for plan in Todo(user, JULY).plans for each in plan.lists if each.key == "remarks"
            for item in each.items()]  # fmt: skip


def test_a_remark_waits_for_the_lead_unit_and_the_coordinators_until_answered(target):
    remark = written(target, leader())
    unit, office, helper = author(make_unit()), coordinator(), supporter()
    assert [asked_of(user) for user in (unit, office, helper)] == [[target.title], [target.title], []]
    for user in (unit, office, helper):
        assert queues(user, JULY).total == Todo(user, JULY).count
    answer = target.notes.answer(remark, by=unit, text="已部署。", promised_on=date(2025, 7, 31), at=at(JULY))
    assert (answer.answers, answer.kind, answer.promised_on) == (remark, "answer", date(2025, 7, 31))
    assert [asked_of(user) for user in (unit, office)] == [[], []]
    assert queues(unit, JULY).total == Todo(unit, JULY).count


@pytest.mark.parametrize(
    "make",
    [supporter, leader, lambda: author(make_unit("农业办"))],
    ids=["supporter", "leader", "another unit"],
)
def test_nobody_else_answers_a_remark(target, make):
    remark = written(target, make_user("镇长", make_unit("外海街道"), "领导"))
    with pytest.raises(PermissionDenied):
        target.notes.answer(remark, by=make(), text="已部署。", at=at(JULY))


def test_only_a_leader_s_remark_on_the_same_target_is_answered(target):
    note = written(target, supporter(), "support")
    with pytest.raises(PermissionDenied):
        target.notes.answer(note, by=coordinator(), text="已部署。", at=at(JULY))
    remark, other = written(target, leader()), make_target(title="另一目标")
    forged = TargetNote(
        target=other, kind="answer", answers=remark, text="错", written_by=coordinator(), written_at=at(JULY)
    )
    with pytest.raises(ValidationError):
        forged.save()


def test_a_remark_is_answered_on_the_target_s_page(target, client):
    remark = written(target, leader())
    client.force_login(author(make_unit()))
    place = f"/targets/{target.code}/notes/"
    page = client.post(place, {"answers": remark.pk, "text": "", "promised_on": "2025-07-31"})
    assert page.status_code == 400
    assert 'value="2025-07-31"' in page.content.decode()  # what was typed is still there
    done = client.post(place, {"answers": remark.pk, "text": "已部署。", "promised_on": "2025-07-31"})
    assert done.status_code == 302
    assert not target.notes.unanswered().exists()
    assert "已部署。" in client.get(f"/targets/{target.code}/").content.decode()
    client.force_login(supporter())
    assert client.post(place, {"answers": remark.pk, "text": "我来答"}).status_code == 403


def test_the_page_says_that_a_remark_waits_to_who_may_make_one(client, target):
    waits = "领导意见列入牵头单位和统筹员的待办"
    for user, is_told in ((leader(), True), (supporter(), False)):
        client.force_login(user)
        page = client.get(f"/targets/{target.code}/")
        assert page.context["note_form"] is not None
        assert (waits in page.content.decode()) is is_told
