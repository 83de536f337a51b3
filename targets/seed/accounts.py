"""Accounts to try the service with: passwords are random, shown once and stored nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from targets.models import Member, OrgUnit, PasswordRecord, Plan
from targets.models.audit.recording import recording
from targets.models.enums import Act, Role
from targets.models.people.accounts import note_rights
from targets.models.people.password import new_password
from targets.seed import plans

# The people of a real place are named by post, never by an invented name.
POSTS = (
    ("waihai-tianbao", Role.REPORTER),
    ("waihai-shenhe", Role.REVIEWER),
    ("waihai-tongchou", Role.COORDINATOR),
    ("waihai-tongji", Role.STATISTICIAN),
    ("waihai-lingdao", Role.LEADER),
)


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    role: str
    unit: str
    password: str = ""  # empty: the account existed before, or needs no password


def load(*, demo: bool = True) -> list[Account]:
    """Create missing accounts; return all accounts, new ones with password. Call before the demo plan.

    A place in which an account exists already gets no new ones: people may have removed some.
    """
    with transaction.atomic():
        accounts = [_administrator(), *_of_the_article()]
        if demo:
            accounts += of_the_demonstration(with_passwords=True)
    return accounts


def of_the_demonstration(*, with_passwords: bool = False) -> list[Account]:
    """Create the people of the invented town; without passwords nobody can sign in as them."""
    data = plans.read("DEMO")
    holders = [row for row in data["members"] if "username" in row]
    here = {row["username"]: _existing(row["username"]) for row in holders}
    if Plan.objects.filter(code="DEMO").exists():
        return [account for account in here.values() if account]
    units = plans.load_units(data)
    accounts = []
    for row in data["members"]:
        known = here.get(row.get("username"))
        member = Member(name=row["name"], post=row["post"], unit=units[row["unit"]])
        if "username" in row:
            accounts.append(known or _seat(member, row["username"], row["role"], with_passwords))
        elif not Member.objects.filter(name=row["name"], unit=member.unit).exists():
            member.save()
    return accounts


def _of_the_article() -> list[Account]:
    plan = Plan.objects.filter(code="WH25").select_related("jurisdiction").first()
    here = [account for username, _role in POSTS if (account := _existing(username))]
    if plan is None or here:
        return here
    unit = plan.jurisdiction
    members = [(Member(name=f"{unit}{role}", post=role, unit=unit), name, role) for name, role in POSTS]
    return [_seat(*member, ages=True) for member in members]


def _administrator() -> Account:
    users = get_user_model().objects
    known = users.filter(is_superuser=True).first() or users.filter(username="admin").first()
    if known is not None:
        return Account(known.get_username(), Role.ADMINISTRATOR, "—")
    password = new_password()
    with recording(Act.RIGHTS) as act:
        admin = users.create_superuser("admin", password=password, first_name=Role.ADMINISTRATOR)
        PasswordRecord.objects.note(admin)
        note_rights(act, admin)
    return Account("admin", Role.ADMINISTRATOR, "—", password)


def _existing(username: str) -> Account | None:
    user = get_user_model().objects.filter(username=username).select_related("member__unit").first()
    if user is None:
        return None
    roles = user.groups.order_by("pk").values_list("name", flat=True)
    member = getattr(user, "member", None)
    return Account(username, "、".join(roles) or "—", _place(member.unit) if member else "—")


def _seat(
    member: Member, username: str, role: str, with_password: bool = True, *, ages: bool = False
) -> Account:
    """An account whose password is recorded if it `ages`: the invented town's serve for ever."""
    password = new_password() if with_password else ""
    with recording(Act.RIGHTS) as act:
        user = get_user_model().objects.create_user(
            username, password=password or None, first_name=member.name, is_staff=True
        )
        user.groups.add(Group.objects.get(name=role))
        if ages:
            PasswordRecord.objects.note(user)
        note_rights(act, user)
        member.user = user
        member.save()
    return Account(username, role, _place(member.unit), password)


def _place(unit: OrgUnit) -> str:
    """Return the names of town and office for a town's office, else the unit's own name."""
    if unit.parent and unit.kind not in (OrgUnit.Kind.TOWNSHIP, OrgUnit.Kind.GOVERNMENT):
        return f"{unit.parent}{unit}"
    return str(unit)
