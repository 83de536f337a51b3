"""The same description written act by act, as people do it: what loading in bulk must equal."""

from targets.models import Domain, Milestone, MilestoneCompletion, Plan, ProgressEntry, Source, Target
from targets.seed import plans


def write(data, code, at, lines_of):
    """The plan under another code, drafted and issued, with every report written, submitted, reviewed."""
    units = plans.load_units(data)
    described = {**data["plan"], "code": code, "state": "drafting"}
    described["jurisdiction"] = units[described["jurisdiction"]]
    assert described.pop("figures_due") == "month_end"
    plan = Plan(**described)
    plan.save(at=at)
    plans._allow_until_the_month_ends(plan, at)
    for row in data["sources"]:
        Source(plan=plan, **{name: value for name, value in row.items() if name != "key"}).save(at=at)
    for order, row in enumerate(data["domains"], start=1):
        Domain(plan=plan, name=row["name"], order=order).save(at=at)
    for row in data["targets"]:
        _promise(plan, row, units, at)
    plan.issue(at=at)
    acts = [act for line in lines_of(plan) for act in _acts(line)]
    for _moment, _place, act in sorted(acts, key=lambda act: act[:2]):
        act()
    return plan


def _promise(plan, row, units, at):
    target = Target(
        plan=plan,
        domain=Domain.objects.get(plan=plan, name=row["domain"]),
        lead_unit=units[row["lead_unit"]],
        source=Source.objects.get(plan=plan, title__startswith="云溪镇", kind="work_report"),
        **{name: value for name, value in row.items() if name not in plans.RELATED},
        accountable_leader_words=row.get("accountable_leader", ""),  # nobody of the load is a leader
    )
    target.save(at=at)
    for node in row.get("milestones", ()):
        Milestone(target=target, **node).save(at=at)
    for point in plans.points(target, row.get("curve", {}), plan.year):
        point.save(at=at)


def _acts(line):
    entries = {}
    for place, paper in enumerate(line.papers):

        def write(paper=paper, place=place):
            entries[place] = _written(line, paper)

        def submit(paper=paper, place=place):
            entries[place].submit(by=line.people.author(line.target, paper.part), at=paper.submitted_at)

        def review(paper=paper, place=place):
            entries[place].approve(by=line.people.reviewer, at=paper.reviewed_at)

        yield paper.entered_at, place, write
        yield paper.submitted_at, place, submit
        yield paper.reviewed_at, place, review


def _written(line, paper):
    author = line.people.author(line.target, paper.part)
    if paper.reason:
        versions = line.target.entries.filter(period=paper.period, part=paper.part)
        newest = versions.order_by("-revision_no")[0]
        return newest.correct(by=author, reason=paper.reason, at=paper.entered_at, **paper.fields)
    entry = ProgressEntry(
        target=line.target, period=paper.period, part=paper.part, entered_by=author,
        origin="transcribed", **paper.fields,
    )  # fmt: skip
    entry.save(at=paper.entered_at)
    for order, day in paper.done:
        node = line.target.milestones.get(order=order)
        MilestoneCompletion(entry=entry, milestone=node, completed_on=day).save(at=paper.entered_at)
    return entry


def rows(plan):
    """Everything the plan holds, without the keys that no two plans share, in the order of writing."""
    number = {target.pk: target.number for target in plan.targets.all()}
    period = {p.pk: p.number for p in plan.periods.all()}
    node = {m.pk: (m.target.number, m.order) for m in Milestone.objects.filter(target__plan=plan)}
    own = {
        "domain_id": {domain.pk: domain.name for domain in plan.domains.all()},
        "source_id": {source.pk: source.title for source in plan.sources.all()},
    }
    keys = {"target_id": number, "period_id": period, "milestone_id": node, "plan_id": {plan.pk: 0}, **own}
    pointers = {"current_id", "newest_report_id", "newest_figure_id"}
    left_out = {"id", "code", *pointers, "lead_unit_id", "reported_by_unit_id", "revision_id", "entry_id"}

    def without_unit(name, value):
        return (
            {field: pair for field, pair in value.items() if field != "lead_unit"}
            if name == "changes"
            else value
        )

    def told(objects):
        found = [
            {
                name: keys[name].get(value, value) if name in keys else without_unit(name, value)
                for name, value in row.items()
                if name not in left_out
            }
            for row in objects.order_by("pk").values()
        ]
        return sorted(found, key=lambda row: (row.get("target_id") or 0, row.get("number") or 0))

    of_plan = {"target__plan": plan}
    return {
        "targets": told(plan.targets.all()),
        "nodes": told(Milestone.objects.filter(**of_plan)),
        "points": told(plan.targets.model.trajectory.rel.related_model.objects.filter(**of_plan)),
        "entries": told(ProgressEntry.objects.filter(**of_plan)),
        "completions": [
            (c.entry.target.number, c.entry.period.number, c.milestone.order, c.completed_on)
            for c in MilestoneCompletion.objects.filter(entry__target__plan=plan).order_by(
                "entry__target__number", "entry__period__number", "entry__revision_no", "milestone__order"
            )
        ],
        "revisions": told(plan.targets.model.revisions.rel.related_model.objects.filter(**of_plan)),
        "ledger": told(plan.targets.model.assessments.rel.related_model.objects.filter(**of_plan)),
        "current": [(t.number, t.current.effective_on, t.current.light) for t in plan.targets.all()],
    }
