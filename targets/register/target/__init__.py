"""One target on a day: its course, its months, and what was promised first beside what is promised now.

All three read the same day and moment as the register's row, and judge nothing: a light of a month is the
ledger's, a planned value the rule's.
"""
