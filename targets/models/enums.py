"""Every state, kind, part and mode that a row may have, and the roles of people; imports none of the models.

A model offers its own under a short name: `Target.State` is `TargetState`.
"""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(StrEnum):
    """The names of the groups that a migration creates."""

    REPORTER = "填报员"
    REVIEWER = "审核员"
    COORDINATOR = "统筹员"
    STATISTICIAN = "统计员"
    LEADER = "领导"
    ADMINISTRATOR = "系统管理员"
    AUDITOR = "审计员"


class UnitKind(models.TextChoices):
    PARTY = "party", _("party or government office")
    INSTITUTION = "institution", _("public institution")
    TOWNSHIP = "township", _("town or subdistrict")
    VILLAGE = "village", _("village or community")
    ENTERPRISE = "enterprise", _("enterprise")
    GOVERNMENT = "government", _("city or district")


class PlanState(models.TextChoices):
    DRAFTING = "drafting", _("drafting")
    IN_FORCE = "in_force", _("in force")
    CLOSED = "closed", _("plan closed")
    ARCHIVED = "archived", _("archived")


class ReviewMode(models.TextChoices):
    OFFICE = "office", _("reviewed by the office")
    UNIT = "unit", _("reviewed by the unit")
    BOTH = "both", _("reviewed by both")


class SourceKind(models.TextChoices):
    ARTICLE = "article", _("newspaper article")
    WORK_REPORT = "work_report", _("government work report")
    NOTICE = "notice", _("official notice")
    OTHER = "other", _("other document")


class Measure(models.TextChoices):
    FLOW = "flow", _("cumulative (flow)")
    STOCK = "stock", _("stock (point in time)")
    MILESTONE = "milestone", _("milestone")
    RANK = "rank", _("rank")
    GROWTH = "growth", _("growth rate")
    RATIO = "ratio", _("ratio")
    QUALITATIVE = "qualitative", _("qualitative")


WORDS_ONLY = (Measure.MILESTONE, Measure.QUALITATIVE)  # these have no figure


class Comparator(models.TextChoices):
    GTE = "gte", _("at least")
    GT = "gt", _("more than")
    LTE = "lte", _("at most")
    LT = "lt", _("less than")
    EQ = "eq", _("equal to")
    APPROX = "approx", _("about")
    BETWEEN = "between", _("between")


class Direction(models.TextChoices):
    HIGHER = "higher", _("the higher the better")
    LOWER = "lower", _("the lower the better")
    WITHIN = "within", _("both bounds bind")


class Basis(models.TextChoices):
    NET = "net", _("net increase")
    GROSS = "gross", _("whole value")


class Firmness(models.TextChoices):
    BINDING = "binding", _("binding")
    EXPECTED = "expected", _("anticipatory")
    STRETCH = "stretch", _("stretch")


class FigureFrom(models.TextChoices):
    UNIT = "unit", _("reported by the unit")
    STATISTICS = "statistics", _("official statistics")


class Frequency(models.TextChoices):
    MONTH = "month", _("monthly")
    QUARTER = "quarter", _("quarterly")
    HALF = "half", _("half-yearly")
    YEAR = "year", _("yearly")
    PUBLISHED = "published", _("when published")


class TargetState(models.TextChoices):
    UNDEFINED = "undefined", _("to be defined")
    ACTIVE = "active", _("active")
    WATCH = "watch", _("qualitative watch")
    SUSPENDED = "suspended", _("suspended")
    CANCELLED = "cancelled", _("cancelled")
    CLOSED = "closed", _("closed")


class Part(models.TextChoices):
    REPORT = "report", _("report")
    STATISTIC = "statistic", _("statistic")


class Answer(models.TextChoices):
    REPORTED = "reported", _("report progress")
    NO_CHANGE = "no_change", _("no change this period")
    NOT_PUBLISHED = "not_published", _("not published yet")
    NOTHING_PLANNED = "nothing_planned", _("nothing planned this period")


class EntryState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")


class Origin(models.TextChoices):
    """Filed by the unit, by the office from the unit's own paper, or by the office alone."""

    OWN = "own", _("filed by the unit")
    TRANSCRIBED = "transcribed", _("entered from the unit's paper")
    ON_BEHALF = "on_behalf", _("filed on the unit's behalf")


class RevisionKind(models.TextChoices):
    OPEN = "open", _("opening")
    VALUE = "value", _("value changed")
    DEADLINE = "deadline", _("deadline changed")
    DEFINITION = "definition", _("definition")
    BASELINE = "baseline", _("baseline")
    NODE = "node", _("node")
    CURVE = "curve", _("monthly plan")
    OWNER = "owner", _("who leads")
    REPORTING = "reporting", _("how it is reported")
    OVERRIDE = "override", _("light set by hand")
    SUSPEND = "suspend", _("suspended")
    RESUME = "resume", _("resumed")
    CANCEL = "cancel", _("cancelled")
    CLOSE = "close", _("closed")
    ANNUL = "annul", _("annulled")


class NoteKind(models.TextChoices):
    COMMENT = "comment", _("comment on the draft")
    SUPPORT = "support", _("note of a supporting unit")
    LEADER = "leader", _("leader's remark")
    ANSWER = "answer", _("answer to a remark")


class Cause(models.TextChoices):
    """Causes of a ledger row other than a revision; a revision gives its kind as the cause."""

    CREATE = "create", _("created")
    DEFINE = "define", _("defined")
    APPROVE = "approve", _("report approved")
    CORRECT = "correct", _("corrected")
    VOID = "void", _("voided")
    RULE = "rule", _("judged anew by a newer edition of the rule")


class Act(models.TextChoices):
    """What a person did, as the audit names it."""

    CREATE = "create", _("created")
    CHANGE = "change", pgettext_lazy("act", "changed")
    DELETE = "delete", _("deleted")
    SUBMIT = "submit", _("submitted a report")
    WITHDRAW = "withdraw", _("took back")
    RETURN = "return", _("returned a report")
    PASS = "pass", _("passed a report on")
    APPROVE = "approve", _("approved a report")
    CORRECT = "correct", _("corrected a report")
    VOID = "void", _("voided a report")
    FILE = "file", _("filed reports in bulk")
    DEFINE = "define", _("defined a target")
    PLAN_MONTHS = "plan_months", _("wrote a monthly plan")
    ASK = "ask", _("asked for a change")
    SIGN = "sign", _("approved a change")
    REFUSE = "refuse", _("refused a change")
    REMARK = "remark", _("wrote a remark")
    LOAD = "load", _("wrote targets in bulk")
    ISSUE = "issue", _("issued a plan")
    CLOSE = "close", _("closed a plan")
    UNDO_CLOSE = "undo_close", _("took the closing back")
    ARCHIVE = "archive", _("archived a plan")
    NEXT_YEAR = "next_year", _("began next year's plan")
    REOPEN = "reopen", _("reopened a period")
    REJUDGE = "rejudge", _("had a plan judged anew")
    EXPORT = "export", _("exported")
    PUBLISH = "publish", _("published a report")
    SIGN_IN = "sign_in", _("signed in")
    SIGN_OUT = "sign_out", _("signed out")
    RIGHTS = "rights", _("changed an account")
    PASSWORD = "password", _("set a password")
    UNLOCK = "unlock", _("unlocked an account")
    VISIT = "visit", _("opened a page")
    BACK_UP = "back_up", _("made a backup")
    RESTORE = "restore", _("restored a backup")


class Outcome(models.TextChoices):
    """How an act ended."""

    DONE = "done", pgettext_lazy("act", "done")
    REFUSED = "refused", pgettext_lazy("act", "refused")
    FAILED = "failed", pgettext_lazy("act", "failed")
