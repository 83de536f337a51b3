"""Every address × every kind of user × own, another unit's and another town's rows × reading and writing.

An address without a line in `permissions.txt` fails; so does one that opens to others than its line says.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from targets.models import (
    AuditRecord,
    Domain,
    IssuedReport,
    KeptFile,
    ProgressEntry,
    Source,
    SuperiorForm,
    SupportingUnit,
    TargetList,
    WorkdayException,
)  # fmt: skip
from targets.workbooks.issuing import publish
from tests.factories import at, make_plan, make_target, make_unit, make_user, staff, submit_entry
from tests.files import table

pytestmark = pytest.mark.django_db


JULY = date(2025, 7, 3)
# A letter for each kind of user; all but the visitor belong to 经发办.
KINDS = {
    "R": "填报员", "V": "审核员", "C": "统筹员", "S": "统计员", "L": "领导", "A": "系统管理员", "U": "审计员",
    "N": "staff without a group", "X": "superuser", "@": "visitor",
}  # fmt: skip
WHOSE = ("own", "another unit's", "another town's")
UNNAMED = re.compile(r"<path:object_id>/$|\(\?P<url>|^admin/login/$")  # Django's own fallbacks


def names(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if not isinstance(pattern, URLPattern):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, space)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"
        else:
            assert UNNAMED.search(str(pattern.pattern)), f"{pattern.pattern} has neither name nor line"


def read_table():
    """name → for reading and for writing, the kinds of user let in to each of `WHOSE`."""
    table = {}
    for line in (Path(__file__).parent / "permissions.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, reading, writing = (part.strip() for part in line.split("|"))
            table[name] = [(cells.split() * 3)[:3] for cells in (reading, writing)]
    return table


TABLE = read_table()


def test_every_address_has_a_line():  # case 90
    assert sorted(set(names(get_resolver()))) == sorted(TABLE)


# --- the world ------------------------------------------------------------------------------------


def world():
    """For each of `WHOSE` the rows by model."""
    here, there = make_plan(), make_unit("礼乐街道", kind="township", parent=None)
    elsewhere = make_plan("X25", jurisdiction=there)
    leads = [make_unit(), make_unit("农业办"), make_unit("礼乐综合办", parent=there)]
    shared = {"workdayexception": WorkdayException(date=date(2031, 1, 1))}
    shared["workdayexception"].save()
    own = {
        plan: {
            "domain": Domain(plan=plan, name="产业"),
            "source": Source(plan=plan, title="报告"),
            "targetlist": TargetList(plan=plan, name="民生实事"),
        }
        for plan in (here, elsewhere)
    }
    for row in (row for rows in own.values() for row in rows.values()):
        row.save()
    shared |= {"group": Group.objects.get(name="填报员"), "lightrule": here.light_rule}
    rows = []
    for whose, lead in enumerate(leads):
        plan = elsewhere if whose == 2 else here
        target = make_target(plan, lead_unit=lead, title=f"机密目标{whose}")
        SupportingUnit(target=target, unit=plan.jurisdiction).save()
        entry = submit_entry(target, 6, "265.2", JULY, narrative=f"机密进展{whose}")
        author = entry.entered_by
        report = IssuedReport.objects.filter(plan=plan).first()
        if report is None:
            report = IssuedReport.objects.in_preparation(plan.periods.get(number=6))
            publish(report, by=staff(make_user(f"发布人{whose}", plan.jurisdiction, "统筹员")), at=at(JULY))
        form = SuperiorForm.objects.filter(plan=plan).first()
        if form is None:
            told = {"name": "机密报表", "sheet": "一", "first_heading": 1, "last_heading": 1}
            told |= {"columns": [[2, "指标名称", "title"]], "rows": [[2, f"机密目标{whose}", target.pk]]}
            content = table([["序号", "指标名称", "累计"], ["1", f"机密目标{whose}", ""]])
            form = SuperiorForm(plan=plan)
            form.keep(told, KeptFile.keep(content, "机密.xlsx", by=author), by=None, seen=0)
        file = KeptFile.keep(b"PK", f"机密{whose}.xlsx", by=author)
        ProgressEntry.objects.filter(pk=entry.pk).update(source_file=file)
        log = AuditRecord.objects.note(AuditRecord.Act.CHANGE, target, by=author)
        rows.append({
            **shared, **own[plan], "plan": plan, "target": target, "progressentry": entry, "orgunit": lead,
            "assessment": target.assessments.get(), "targetrevision": target.revisions.get(),
            "member": author.member, "user": author, "auditrecord": log, "keptfile": file,
            "issuedreport": report, "superiorform": form,
        })  # fmt: skip
    return rows


def sign_in(client, letter):
    if letter == "@":
        return
    roles = () if letter in "NX" else (KINDS[letter],)
    user = make_user("来人", make_unit(), *roles, is_staff=True, is_superuser=letter == "X")
    client.force_login(user)


MODELS = (
    "progressentry", "targetrevision", "workdayexception", "lightrule", "assessment", "orgunit", "member",
    "domain", "source", "targetlist", "target", "plan", "auditrecord", "user", "group",
)  # fmt: skip


def address(name, rows):
    """The address for these rows; for rows that do not exist where there are none."""
    model = next((model for model in MODELS if f"_{model}_" in name), "")
    pk = rows[model].pk if rows and model else 987654
    if name in ("report-detail", "report-file"):
        kept = [rows["issuedreport"].pk if rows else 987654]
        return reverse(name, args=kept if name == "report-detail" else [*kept, "print"])
    if name in ("superior-detail", "superior-fill", "superior-original"):
        return reverse(name, args=[rows["superiorform"].pk if rows else 987654])
    if name in ("target-detail", "target-notes"):
        return reverse(name, args=[rows["target"].code if rows else "NO-987654"])
    if name == "kept-file":
        return reverse(name, args=[rows["keptfile"].pk if rows else 987654])
    if name == "admin:app_list":
        return reverse(name, args=["targets"])
    if name == "admin:view_on_site":
        kind = ContentType.objects.get(app_label="targets", model="target")
        return reverse(name, args=[kind.pk, rows["target"].pk if rows else 987654])
    for args in ([], [pk], [pk, 6]):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(name)


def ask(client, method, place):
    """The answer, with all it did taken back."""
    with transaction.atomic():
        answer = getattr(client, method)(place)
        text = b"".join(answer.streaming_content).decode(errors="replace") if answer.streaming else (
            answer.content.decode(errors="replace"))  # fmt: skip
        transaction.set_rollback(True)
    return answer.status_code, answer.headers.get("Location", ""), text


def is_refused(status, location):
    """Sent to sign in, or to Django's first page as for what does not exist, counts as refused."""
    sent_away = location.startswith(("/login/", "/admin/login/")) or location == "/admin/"
    return sent_away or status in (403, 404, 405)


def found(client, name, rows):
    """For reading and writing, to which of `WHOSE` it opens; and every answer."""
    open_to, answers = [], []
    takes_a_row = address(name, rows[0]) != address(name, None)
    for method in ("get", "post"):
        cells = []
        for whose in range(3 if takes_a_row else 1):
            place = address(name, rows[whose])
            answer = ask(client, method, place)
            assert answer[0] < 500, (name, method, WHOSE[whose])
            cells.append(not is_refused(*answer[:2]))
            answers.append((method, whose, place, answer))
        open_to.append((cells * 3)[:3])
    return open_to, answers


QUICK = "RN"  # asked on every run; the others with -m slow
ASKED = [pytest.param(k, marks=[] if k in QUICK else pytest.mark.slow) for k in KINDS]


@pytest.mark.parametrize("letter", ASKED)
def test_an_address_opens_to_whom_its_line_names(client, letter, settings, tmp_path):
    """Cases 69, 78–82, 85, 86."""
    settings.MEDIA_ROOT = tmp_path
    rows = world()
    sign_in(client, letter)
    wrong = []
    for name, expected in TABLE.items():
        if name in ("logout", "admin:logout"):
            continue  # after it nobody is signed in
        open_to, answers = found(client, name, rows)
        allowed = [[letter in cell for cell in cells] for cells in expected]
        if open_to != allowed:
            wrong.append((name, "read, write:", open_to, "expected:", allowed))
        for method, whose, place, answer in answers:
            # what is seen elsewhere is known to exist
            is_hidden = whose == 2 or letter in "NAU@" or "progressentry" in name
            if is_hidden and not open_to[0][whose] and not open_to[1][whose]:
                assert "机密" not in answer[2], (name, WHOSE[whose])
                nowhere = address(name, None)
                if plain(answer, place) != plain(ask(client, method, nowhere), nowhere):
                    wrong.append((name, WHOSE[whose], method, "reads otherwise than what does not exist"))
    assert wrong == []


def plain(answer, place):
    """What is read, without the address asked for and the token of each form."""
    status, location, text = answer
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    key = place.strip("/").removesuffix("/notes").split("/")[3 if "/admin/" in place else 1 :][:1]
    for part in (place, *(f"“{k}”" for k in key)):
        location, text = location.replace(part, ""), text.replace(part, "")
    return status, location, text
