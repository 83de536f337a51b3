"""Every page as each role sees it, at the widths of an office and of a phone: whole, quiet, accessible."""

from collections import Counter

import pytest
from django.urls import reverse

from targets.models import Plan, ProgressEntry, Target, TargetRevision
from tests.browser.test_everyday import sign_in
from tests.superior.district import form as districts
from tests.superior.world import mapped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = {1366: 768, 1440: 900, 390: 844}
OFFICE, PHONE = 1366, 390
HANGS_OVER = "document.documentElement.scrollWidth > window.innerWidth"
HIDDEN = """Array.from(document.querySelectorAll(".inline-group, .results")).some(
    part => part.scrollWidth > part.clientWidth)"""

FILING = "/admin/targets/progressentry"
READ = (
    "/?plan=DEMO&period=9",
    "/targets/?plan=DEMO&period=9",
    "/targets/DEMO-01/",
    "/todo/",
    "/help/",
    "/password/",
)


def pages():
    """User name → addresses; the rows that they name are of the invented town."""
    plan = Plan.objects.get(code="DEMO")
    of_plan = Target.objects.filter(plan=plan)
    target = of_plan.get(code="DEMO-11")
    entry = ProgressEntry.objects.filter(target__plan=plan, state="submitted").first()
    approved = ProgressEntry.objects.filter(target__code="DEMO-01", state="approved").last()
    waiting = TargetRevision.objects.waiting().first()
    ask = f"/admin/targets/targetrevision/add/?target={target.pk}"
    own = of_plan.get(code="DEMO-01")
    return {
        "yunxi-lingdao": (*READ, "/?plan=DEMO0"),
        "yunxi-tianbao": (
            *READ,
            f"{FILING}/desk/?plan=DEMO&period=11",
            f"{FILING}/desk/?plan=DEMO&period=11&paper=1",
            f"{FILING}/add/?target={own.pk}",
            f"{FILING}/add/?target={of_plan.get(code='DEMO-15').pk}",
            f"{FILING}/{approved.pk}/change/",
        ),
        "yunxi-shenhe": (*READ, f"{FILING}/review/?plan=DEMO", f"{FILING}/{entry.pk}/change/"),
        "yunxi-tongji": (
            *READ,
            f"{FILING}/statistics/?plan=DEMO&period=11",
            f"{FILING}/statistics/?plan=DEMO&period=11&period=8&period=9&period=10",
        ),
        "yunxi-tongchou": (
            *READ,
            "/targets/?plan=DEMO0",
            "/targets/?plan=DEMO&period=9&view=meeting",
            "/targets/DEMO-08/",
            "/targets/DEMO0-03/",
            "/reports/?plan=DEMO",
            "/reports/prepare/?plan=DEMO&period=9",
            "/reports/bulletin/?plan=DEMO&period=9",
            "/reports/compare/?plan=DEMO&first=p8&second=p9",
            "/reports/superior/?plan=DEMO",
            f"/reports/superior/{mapped(plan, districts(9)).pk}/?period=9",
            "/admin/",
            f"{FILING}/",
            f"{FILING}/desk/?plan=DEMO",
            f"{FILING}/desk/sheets/",
            f"{FILING}/review/?plan=DEMO",
            *(reverse(f"admin:targets_plan_{act}", args=(plan.pk,)) for act in ("change", "close", "next")),
            "/admin/targets/target/",
            "/admin/targets/target/add/",
            reverse("admin:targets_targetlist_change", args=(plan.lists.all()[0].pk,)),
            f"/targets/?plan=DEMO&list={plan.lists.all()[0].pk}",
            f"/admin/targets/target/{target.pk}/change/",
            ask,
            f"{ask}&kind=deadline",
            "/admin/targets/targetrevision/",
            "/admin/targets/targetrevision/addition/",
            f"/admin/targets/targetrevision/{waiting.pk}/change/",
        ),
        "admin": (
            "/admin/",
            "/admin/auth/user/",
            "/admin/auth/user/add/",
            "/admin/targets/member/",
            "/admin/targets/member/add/",
            "/admin/targets/orgunit/",
            "/admin/targets/auditrecord/",
            "/admin/targets/workdayexception/paste/",
        ),
    }


def measured_at(address, seen, readers, page):
    """The widths at which axe looks, which takes seconds: each role's page once.

    What several roles read is seen at the office's width and at the phone's; what one reads, on a phone
    too if it has a table, which is laid out anew there.
    """
    if address in seen:
        return (PHONE,)
    is_alone = readers[address] == 1 and page.locator("table").count()
    return (OFFICE, PHONE) if is_alone else (OFFICE,)


def violations(axe, page, width):
    """What axe finds; colours, half of its work, are those of the stylesheets at every width."""
    rules = {} if width == OFFICE else {"color-contrast": {"enabled": False}}
    options = {"resultTypes": ["violations"], "rules": rules}
    found = axe.run(page, options=options).response["violations"]
    return [f"{each['id']} at {width}: {each['nodes'][0]['html'][:300]}" for each in found]


def test_every_page_fits_and_is_accessible_and_quiet(opened, axe, town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    by_role, found, seen = pages(), [], set()
    readers = Counter(address for addresses in by_role.values() for address in addresses)
    for username, addresses in by_role.items():
        page = opened(OFFICE, 768)
        sign_in(page, town, username)
        for address in addresses:
            answer = page.goto(address)
            faults = [f"status {answer.status}"] if answer.status != 200 else []
            measured = measured_at(address, seen, readers, page)
            seen.add(address)
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                if page.evaluate(HANGS_OVER):
                    faults.append(f"hangs over at {width}")
                if page.evaluate(HIDDEN):
                    faults.append(f"a part scrolls sideways at {width}")
                if width in measured:
                    faults += violations(axe, page, width)
            found += [(username, address, fault) for fault in faults]
    assert not found, "\n".join(" · ".join(each) for each in found)
