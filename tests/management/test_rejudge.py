"""rejudge: after an upgrade of the rule's code the ledger is judged anew when somebody asks for it."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from targets.models import Assessment, AuditRecord, Target
from targets.models.ledger import ledger, ledgers
from targets.rules.facts import Light
from targets.rules.judge import EDITION, judge
from targets.status import Status
from tests.factories import coordinator, file_entry, make_plan, make_target, make_target_of_plan, make_user

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)


def earlier_code(facts, day):
    """An edition that knew no amber."""
    verdict = judge(facts, day)
    return replace(verdict, light=Light.GREEN) if verdict and verdict.light is Light.AMBER else verdict


@pytest.fixture
def standing():
    """Three targets as an earlier edition judged them: one light of June was right, one was not."""
    with pytest.MonkeyPatch.context() as upgrade:
        upgrade.setattr(ledger, "judge", earlier_code)
        upgrade.setattr(ledger, "EDITION", 1)
        right, wrong, silent = (make_target(title=title) for title in ("产值", "投资", "消费"))
        file_entry(right, 6, 265, JULY)
        file_entry(wrong, 5, 200, date(2025, 6, 3))
        file_entry(wrong, 6, 255, JULY)
    return right, wrong, silent


@pytest.fixture
def administrator():
    return make_user("sysadmin", None, "系统管理员")


@pytest.fixture
def run(capsys, administrator):
    def run(**options):
        options = {
            "plan": "P25", "username": "sysadmin", "document": "府办〔2026〕2号", "reason": "规则更新",
            **options,
        }  # fmt: skip
        call_command("rejudge", **options)
        return capsys.readouterr().out.splitlines()

    return run


def rows(target):
    stored = target.assessments.order_by("pk").values_list("effective_on", "cause", "light", "edition")
    return [(day.isoformat(), cause, Status(light).key, edition) for day, cause, light, edition in stored]


def table(on, known_at=None):
    found = Target.objects.with_status(on=on, known_at=known_at).order_by("pk")
    return list(found.values_list("status", flat=True))


def test_an_upgrade_judges_nothing_and_rejudge_appends_what_differs(standing, run):
    right, wrong, silent = standing
    before = [rows(target) for target in standing]
    assert table(JULY) == [Status.GREEN, Status.GREEN, Status.NO_FIGURE]
    said = run()
    assert said == ["P25：重新评定3项任务，追加2条亮灯记录。", "P25-02 投资：绿灯 → 黄灯"]
    assert [rows(right), rows(silent)] == [before[0], before[2]]
    assert rows(wrong) == [
        *before[1],
        ("2025-05-31", "rule", "amber", EDITION),
        ("2025-06-30", "rule", "amber", EDITION),
    ]
    wrong.refresh_from_db()
    assert (wrong.current.cause, wrong.current.marks) == ("rule", {"behind": 2})
    assert wrong.current.get_cause_display() == "规则更新"
    assert table(JULY) == [Status.GREEN, Status.AMBER, Status.NO_FIGURE]


def test_tables_known_before_stay_as_they_were(standing, run):
    asked = [(on, known) for on in (date(2025, 5, 31), JULY) for known in (date(2025, 6, 10), JULY)]
    before = [table(*each) for each in asked]
    run()
    assert [table(*each) for each in asked] == before


def test_a_second_time_nothing_is_left_to_append(standing, run):
    run()
    assert run() == ["P25：重新评定3项任务，追加0条亮灯记录。", "今日亮灯无变化。"]
    assert AuditRecord.objects.filter(act="rejudge").count() == 2


def test_document_and_reason_are_kept_with_the_plan(standing, run, client):
    run()
    record = AuditRecord.objects.get(act="rejudge")
    plan = standing[0].plan
    assert (record.name, record.rows, record.kind) == ("sysadmin", f"|plan.{plan.pk}|", "plan")
    told = f"按第{EDITION}版规则重新评定，依据府办〔2026〕2号，事由：规则更新（评定3项任务，追加2条亮灯记录）"
    assert record.remark == told
    user = coordinator()
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert told in client.get(reverse("admin:targets_plan_history", args=(plan.pk,))).content.decode()


def test_it_reads_a_plan_in_parts(standing, run, monkeypatch):
    monkeypatch.setattr(ledgers, "AT_ONCE", 2)
    assert run()[0] == "P25：重新评定3项任务，追加2条亮灯记录。"


def test_closed_plans_are_judged_too(standing, run):
    standing[0].plan.close()
    assert run()[0] == "P25：重新评定3项任务，追加2条亮灯记录。"


@pytest.mark.parametrize(
    ("state", "word"), [("drafting", "草拟"), ("archived", "归档")], ids=["drafting", "archived"]
)
def test_drafts_and_archives_are_refused(run, state, word):
    target = make_target_of_plan(state)
    count = target.assessments.count()
    with pytest.raises(CommandError) as refused:
        run()
    assert word in str(refused.value)
    assert "\n" not in str(refused.value)
    assert target.assessments.count() == count


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"plan": "P99"}, "--plan: "),
        ({"username": "nobody"}, "--as: 没有用户“nobody”。"),
        ({"document": " "}, "--document: 请填写文号和事由。"),
        ({"reason": ""}, "--reason: 请填写文号和事由。"),
        ({"document": "号" * 101}, "--document: "),
        ({"reason": "一\x00二"}, "--reason: "),
    ],
    ids=str,
)
def test_what_is_missing_is_named(standing, run, options, said):
    with pytest.raises(CommandError) as refused:
        run(**options)
    assert str(refused.value).startswith(said)
    assert not Assessment.objects.filter(cause="rule").exists()


@pytest.mark.parametrize("role", ["统筹员", "领导", "审计员", None])
def test_only_the_system_administrator_asks(standing, run, role):
    make_user("other", None, *([role] if role else []))
    with pytest.raises(CommandError, match="仅系统管理员可重新评定计划。"):
        run(username="other")
    assert not AuditRecord.objects.filter(act="rejudge").exists()


def test_an_account_switched_off_asks_for_nothing(standing, run, administrator):
    administrator.is_active = False
    administrator.save()
    with pytest.raises(CommandError, match="仅系统管理员"):
        run()


def test_a_superuser_may(standing, run):
    make_user("root", None, is_superuser=True)
    assert run(username="root")[0].startswith("P25")


def test_one_plan_alone_is_judged(standing, run):
    other = make_target(make_plan("P26"), title="别的")
    run()
    assert other.assessments.count() == 1
