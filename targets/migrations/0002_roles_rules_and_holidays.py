from datetime import date, timedelta

from django.db import migrations

GROUPS = ("填报员", "审核员", "统筹员", "统计员", "领导", "系统管理员", "审计员")
# The rules offices were seen to use; what differs from the default is named.
RULES = {
    "默认（10个百分点）": {},
    "两档制（达/未达序时）": {
        "amber_band": 0, "level_band": 0, "rate_band": 0, "rank_band": 0, "grace_units": 0, "node_days": 0,
    },
    "10/30个百分点": {"green_band": 10, "amber_band": 30},
    "连续两月升级": {"escalate_after": 2},
}  # fmt: skip
# The State Council's notices for 2025 and 2026: (holiday, first day, last day), then days worked for them.
HOLIDAYS = (
    ("元旦", date(2025, 1, 1), date(2025, 1, 1)),
    ("春节", date(2025, 1, 28), date(2025, 2, 4)),
    ("清明节", date(2025, 4, 4), date(2025, 4, 6)),
    ("劳动节", date(2025, 5, 1), date(2025, 5, 5)),
    ("端午节", date(2025, 5, 31), date(2025, 6, 2)),
    ("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8)),
    ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
    ("春节", date(2026, 2, 15), date(2026, 2, 23)),
    ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
    ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
    ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
    ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
    ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
)
WORKED = (
    ("春节调休", date(2025, 1, 26)),
    ("春节调休", date(2025, 2, 8)),
    ("劳动节调休", date(2025, 4, 27)),
    ("国庆节、中秋节调休", date(2025, 9, 28)),
    ("国庆节、中秋节调休", date(2025, 10, 11)),
    ("元旦调休", date(2026, 1, 4)),
    ("春节调休", date(2026, 2, 14)),
    ("春节调休", date(2026, 2, 28)),
    ("劳动节调休", date(2026, 5, 9)),
    ("国庆节调休", date(2026, 9, 20)),
    ("国庆节调休", date(2026, 10, 10)),
)


def make(apps, schema_editor):
    for name in GROUPS:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)
    for name, bands in RULES.items():
        apps.get_model("targets", "LightRule").objects.get_or_create(name=name, version=1, defaults=bands)
    days = apps.get_model("targets", "WorkdayException").objects
    for note, first, last in HOLIDAYS:
        for number in range((last - first).days + 1):
            days.get_or_create(date=first + timedelta(number), defaults={"works": False, "note": note})
    for note, day in WORKED:
        days.get_or_create(date=day, defaults={"works": True, "note": note})


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
