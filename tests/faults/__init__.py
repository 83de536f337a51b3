"""Named faults that take too long for a test, tried on the product as it is run.

    .venv/bin/python -m tests.faults [--only locked sigterm …]

On SQLite in a folder of its own; `restarted` on a PostgreSQL of its own. Exit 1 where one is not as it should
be. Which fault is tried where:

145 two write the same report          tests/races: two_edit_the_same_draft; tests/admin/base/test_stale_forms
146 a double click, a second sending   tests/races: the_same_report_is_submitted_twice; test_desk_meanwhile
147 edited while it is approved        tests/races: one_mends_while_another_approves
148 two reviewers, two decisions       tests/races: one_approves_while_another_returns
149 a sheet against a form             tests/races: a_sheet_races_the_form
150 one sheet twice at once            tests/races: the_same_sheet_is_confirmed_by_two_at_once
151 a promise revised meanwhile        tests/admin/base/test_stale_forms
152 a target handed over meanwhile     tests/models/entry/test_two_writers; tests/admin/revision/test_transfer
153 the end of a month                 tests/races: sixteen_save_fifty_times_each; tests.load
154 kill -9                            tests.kills; of sheets on the page also tests.filing killed
155 the disk is full                   tests/races/test_away: a_full_disk
156 the database is locked for 30 s    `locked`; tests/races/test_away: a_busy_database
157 PostgreSQL restarted, failed over  `restarted`; tests.away; test_away: a_database_that_went_away
158 files that may only be read        `readonly`; test_away: a_database_that_may_only_be_read; test_settings
159 a migration killed, twice, not run tests.kills migrate; `unmigrated`; tests/tracker/test_readiness
160 a backup while people write        `backup`
161 a restore to an empty machine      tests/management/test_backup: it_is_equal_in_an_empty_folder
162 a page of the file is damaged      `damaged`; bytes that are missing: tests/management/test_verify
163 the record cannot be written       tests/models/audit/test_recording: no_act_stands_without_its_record
164 an exception nobody foresaw        tests/tracker/test_errors
165 the service is stopped             `sigterm`
166 the clock jumps                    test_presence: a_clock_put_back; tests/models/ledger: case 34
167 an upgrade with real data          tests/upgrade
168 a hundred people                   tests.load
170 twenty exports at once             `exports`; tests.benchmarks exports
171 five hostile sheets at once        `hostile`; each of them alone: tests/reading, tests/filing
"""
