"""What is kept. Transitions are methods of the model they change."""

from targets.models.completion import MilestoneCompletion
from targets.models.draft import FormDraft
from targets.models.entry import ProgressEntry
from targets.models.ledger import Assessment
from targets.models.light_rule import LightRule
from targets.models.milestone import Milestone
from targets.models.note import TargetNote
from targets.models.password import PasswordRecord
from targets.models.period import ReportingPeriod, WorkdayException
from targets.models.plan import Plan
from targets.models.revision import TargetRevision
from targets.models.source import Domain, ReferenceFigure, Source
from targets.models.target import Target
from targets.models.trajectory import TrajectoryPoint
from targets.models.units import Leaders, Member, OrgUnit, SupportingUnit

__all__ = [
    "Assessment",
    "Domain",
    "FormDraft",
    "Leaders",
    "LightRule",
    "Member",
    "Milestone",
    "MilestoneCompletion",
    "OrgUnit",
    "PasswordRecord",
    "Plan",
    "ProgressEntry",
    "ReferenceFigure",
    "ReportingPeriod",
    "Source",
    "SupportingUnit",
    "Target",
    "TargetNote",
    "TargetRevision",
    "TrajectoryPoint",
    "WorkdayException",
]
