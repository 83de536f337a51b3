"""A list of people pasted from a sheet: preview, correction, all or nothing, passwords shown once."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import AuditRecord, Member
from tests.factories import coordinator, make_unit, make_user, staff
from tests.pages import form_on

pytestmark = pytest.mark.django_db
PLACE = "/admin/targets/member/paste/"
HEADS = "姓名\t职务\t单位\t角色\t账号"
ONE = "林小禾\t科员\t经发办\t填报员\tlinxiaohe"
TWO = "周明\t主任\t农业办、经发办\t填报员、审核员\tzhouming"


@pytest.fixture(autouse=True)
def administrator(client):
    user = make_user("管理", make_unit(), "系统管理员", is_staff=True)
    make_unit("农业办")
    client.force_login(user)
    return user


def read(client, *lines):
    return client.post(PLACE, {"text": "\n".join(lines), "_read": "1"})


def sent(client, shown, button="_write", **fields):
    return client.post(PLACE, {**form_on(shown, "paste"), **fields, button: "1"})


def faults(answer):
    """Line → field → what is wrong there."""
    rows = answer.context["people"].rows
    return {form["place"].value(): {k: v[0] for k, v in form.errors.items()} for form in rows if form.errors}


def nobody_was_written():
    return not Member.objects.exclude(name="管理").exists() and User.objects.count() == 1


def test_a_list_is_shown_then_written_and_the_passwords_are_shown_once(client):
    shown = read(client, "人员名单", HEADS, ONE, TWO, "何清\t联络员\t外海街道\t\t")
    assert faults(shown) == {}
    assert nobody_was_written()
    answer = sent(client, shown)
    given = {each.member.name: each.password for each in answer.context["given"]}
    zhou = Member.objects.get(name="周明")
    assert ([str(u) for u in (zhou.unit, *zhou.also_in.all())], zhou.post) == (["农业办", "经发办"], "主任")
    assert {group.name for group in zhou.user.groups.all()} == {"填报员", "审核员"}
    assert zhou.user.check_password(given["周明"])
    assert given["周明"] != given["林小禾"]
    assert (given["何清"], Member.objects.get(name="何清").user) == ("", None)
    assert all(password in answer.content.decode() for password in given.values())
    record = AuditRecord.objects.latest("pk")
    assert (record.act, len(record.rows.strip("|").split("|"))) == ("rights", 5)
    assert record.changes[f"member.{zhou.pk}"]["also_in"] == [[], ["经发办"]]
    assert not any(
        password in str([*AuditRecord.objects.values()]) for password in filter(None, given.values())
    )


def test_the_same_list_again_is_refused_person_by_person(client):
    shown = read(client, HEADS, ONE, "何清\t\t经发办\t\t")
    sent(client, shown)
    for again in (sent(client, shown), read(client, HEADS, ONE, "何清\t\t经发办\t\t")):
        assert {line: set(wrong) for line, wrong in faults(again).items()} in (
            {"2": {"name", "username"}, "3": {"name"}},
            {2: {"name", "username"}, 3: {"name"}},
        )
    assert Member.objects.filter(name="何清").count() == 1


@pytest.mark.parametrize(
    ("row", "field", "told"),
    [
        ("林\t\t经发\t\t", "units", "是不是外海街道经发办"),
        ("林\t\t财政所\t\t", "units", "没有名为“财政所”的单位"),
        ("林\t\t经发办\t填报\tlin", "roles", "可填的角色：填报员"),
        ("林\t\t经发办\t填报员\t", "username", "须填写账号"),
        ("林\t\t经发办\t填报员\t管理", "username", "该账号已存在"),
        ("林\t\t经发办\t填报员\tlin xiaohe", "username", "用户名"),
        ("\t\t经发办\t填报员\tlin", "name", "必填"),
        ("林\t\t\t填报员\tlin", "units", "必填"),
        (f"{'林' * 51}\t\t经发办\t填报员\tlin", "name", "50"),
        ("林\x07\t\t经发办\t填报员\tlin", "name", "控制字符"),
        ("管理\t\t经发办\t\t", "name", "此人已登记"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(client, row, field, told):
    answer = read(client, HEADS, row)
    (wrong,) = faults(answer).values()
    assert list(wrong) == [field]
    assert told in wrong[field]
    assert "_write" not in answer.content.decode()
    sent(client, answer)
    assert nobody_was_written()


def test_one_wrong_row_holds_all_back_until_it_is_corrected_or_left_out(client):
    shown = read(client, HEADS, ONE, "吴桐\t\t没有的办\t\t")
    shown = sent(client, shown)
    assert list(faults(shown)) == ["3"]
    assert nobody_was_written()
    assert sent(client, shown, "_check", **{"form-1-units": "农业办"}).context["people"].wrong == 0
    answer = sent(client, shown, **{"form-1-DELETE": "on"})
    assert [each.member.name for each in answer.context["given"]] == ["林小禾"]


def test_the_same_person_or_account_twice_is_said(client):
    shown = read(client, HEADS, ONE, ONE.replace("linxiaohe", "LinXiaohe"), "林小禾\t\t农业办\t\t")
    assert faults(shown) == {3: {"name": "与第2行是同一人。", "username": "与第2行账号相同。"}}
    answer = sent(client, shown, **{"form-1-username": "linxiaohe2", "form-1-another": "on"})
    assert len(answer.context["given"]) == 3


def test_lines_and_columns_that_are_not_used_are_named(client):
    answer = read(
        client, "外海街道人员名单", f"序号\t{HEADS}\t手机", f"1\t{ONE}\t138", "", "合计\t1人", "填表人：王某"
    )
    text = answer.content.decode()
    for words in (
        "第1行：外海街道人员名单",
        "第5行：合计　1人",
        "第6行：填表人：王某",
        "未采用的列：序号、手机",
    ):
        assert words in text
    assert [form["name"].value() for form in answer.context["people"].rows] == ["林小禾"]


def test_a_merged_unit_is_taken_from_above_and_said(client):
    answer = read(client, HEADS, ONE, "周明\t\t\t审核员\tzhouming")
    assert faults(answer) == {}
    assert "取自上一行的合并单元格" in answer.content.decode()
    sent(client, answer)
    assert str(Member.objects.get(name="周明").unit) == "经发办"


def test_units_of_one_name_are_told_apart_by_their_town(client):
    make_unit("经发办2", parent=make_unit("云溪镇", parent=None), short_name="经发办")
    assert "云溪镇经发办、外海街道经发办" in faults(read(client, HEADS, ONE))[2]["units"]
    assert faults(read(client, HEADS, ONE.replace("经发办", "外海街道经发办"))) == {}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((), "没有找到表头"),
        ((ONE,), "没有找到表头"),
        ((HEADS,), "表头下面没有人员"),
        ((HEADS, *[f"人{n}\t\t经发办\t\t" for n in range(61)]), "一次最多录入60人，这里有61人"),
        (("x" * 100_001,), "100000个字符"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(client, lines, told):
    answer = read(client, *lines)
    assert told in answer.content.decode().replace("&quot;", '"')
    assert form_on(answer, "paste")["text"] == "\n".join(lines)


@pytest.mark.parametrize(
    "forged",
    [
        {"form-TOTAL_FORMS": "x"},
        {"form-TOTAL_FORMS": "1000"},
        {"form-TOTAL_FORMS": "2"},
        {"form-0-name": ""},
        {"form-0-place": "x"},
    ],
    ids=str,
)
def test_forged_rows_write_nothing(client, forged):
    answer = sent(client, read(client, HEADS, ONE), **forged)
    assert answer.status_code == 200
    assert nobody_was_written()


def test_only_administrators_paste(client):
    client.force_login(staff(coordinator()))
    assert client.get(PLACE).status_code == 403
    assert client.post(PLACE, {"text": f"{HEADS}\n{ONE}", "_read": "1"}).status_code == 403
    assert PLACE not in client.get(reverse("admin:targets_member_changelist")).content.decode()


def test_the_preview_costs_the_same_for_many(client):
    costs = []
    for count in (2, 40):
        rows = [f"人{n}\t科员\t农业办、经发办\t填报员\tren{n}" for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            assert faults(read(client, HEADS, *rows)) == {}
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_whole_town_is_added_with_its_people(client):
    other = make_unit("经发办")
    town = make_unit("云桥镇", parent=None)
    lines = [HEADS, ONE, "周明\t主任\t党政综合办公室、经发办\t统筹员\tzhouming", "何清\t\t村镇办\t\t"]
    refused = client.post(PLACE, {"text": "\n".join(lines), "adds": "on", "_read": "1"})
    assert "属于哪个单位" in refused.content.decode()
    shown = client.post(PLACE, {"text": "\n".join(lines), "adds": "on", "below": town.pk, "_read": "1"})
    assert faults(shown) == {}
    assert "云桥镇党政综合办公室（新建）" in shown.content.decode()
    assert not town.children.exists()
    sent(client, shown, **{"form-2-DELETE": "on"})
    assert [unit.name for unit in town.children.all()] == ["经发办", "党政综合办公室"]
    zhou = Member.objects.get(name="周明")
    assert [unit.parent for unit in (zhou.unit, *zhou.also_in.all())] == [town, town]
    assert Member.objects.get(name="林小禾").unit != other
    assert AuditRecord.objects.latest("pk").act == "rights"


def test_a_name_that_may_be_short_for_another_unit_is_not_added(client):
    town = make_unit("云桥镇", parent=None)
    make_unit("经济发展办公室", parent=town)
    shown = client.post(PLACE, {"text": f"{HEADS}\n{ONE}", "adds": "on", "below": town.pk, "_read": "1"})
    assert "是不是云桥镇经济发展办公室" in str(faults(shown))
