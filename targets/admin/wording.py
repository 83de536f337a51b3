"""Django's own words that are no office's in its Chinese: named here, worded in our catalogue.

Our catalogue is asked before Django's, so a word named here is said our way on every page. It
changes no other of Django's words.
"""

from django.utils.translation import gettext_noop

REWORDED = (
    gettext_noop(" By %(filter_title)s "),
    gettext_noop("Add %(name)s"),
    gettext_noop("Add %s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("Change %s"),
    gettext_noop("Designates whether the user can log into this admin site."),
    gettext_noop(
        "Designates whether this user should be treated as active. "
        "Unselect this instead of deleting accounts."
    ),
    gettext_noop("Filter"),
    gettext_noop("My actions"),
    gettext_noop("None available"),
    gettext_noop("Recent actions"),
    gettext_noop("Save and add another"),
    gettext_noop("View %s"),
    gettext_noop("View on site"),
    gettext_noop("staff status"),
)
