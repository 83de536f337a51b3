"""All models. A state transition is a method of the model it changes."""

from targets.models.audit.record import AuditRecord, AuditSeal
from targets.models.draft import FormDraft
from targets.models.entry.completion import MilestoneCompletion
from targets.models.entry.entry import ProgressEntry
from targets.models.entry.evidence import Evidence
from targets.models.entry.file import KeptFile
from targets.models.issued.report import IssuedReport, PolishedText
from targets.models.ledger.ledger import Assessment
from targets.models.people.password import PasswordRecord
from targets.models.people.units import Leaders, Member, OrgUnit, SupportingUnit
from targets.models.plan.heading import ChosenHeading
from targets.models.plan.period import ReportingPeriod, WorkdayException
from targets.models.plan.plan import Plan
from targets.models.plan.rule import LightRule
from targets.models.revision.revision import TargetRevision
from targets.models.revision.trajectory import TrajectoryPoint
from targets.models.superior.form import SuperiorForm
from targets.models.target.lists import ListEntry, TargetList
from targets.models.target.milestone import Milestone
from targets.models.target.note import TargetNote
from targets.models.target.source import Domain, ReferenceFigure, Source
from targets.models.target.target import Target

__all__ = [
    "Assessment",
    "AuditRecord",
    "AuditSeal",
    "ChosenHeading",
    "Domain",
    "Evidence",
    "FormDraft",
    "IssuedReport",
    "KeptFile",
    "Leaders",
    "LightRule",
    "ListEntry",
    "Member",
    "Milestone",
    "MilestoneCompletion",
    "OrgUnit",
    "PasswordRecord",
    "Plan",
    "PolishedText",
    "ProgressEntry",
    "ReferenceFigure",
    "ReportingPeriod",
    "Source",
    "SuperiorForm",
    "SupportingUnit",
    "Target",
    "TargetList",
    "TargetNote",
    "TargetRevision",
    "TrajectoryPoint",
    "WorkdayException",
]
