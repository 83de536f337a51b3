"""Django messages whose Chinese translation does not suit an office; our catalogue translates them.

Our catalogue takes precedence over Django's, so every page shows our translation of these
messages. All other Django messages keep Django's translation.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

REWORDED = (
    gettext_noop(":"),  # after a label
    "0 of %(cnt)s selected",  # not marked: ours leaves the count out, which a checked format may not
    gettext_noop("Add %(name)s"),
    gettext_noop("Add %s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
        "All of the following related items will be deleted:"
    ),
    gettext_noop("Authentication and Authorization"),
    gettext_noop("Change %s"),
    gettext_noop(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, "
        "but your account doesn't have permission to delete the following types of objects:"
    ),
    gettext_noop("Designates whether the user can log into this admin site."),
    gettext_noop(
        "Designates whether this user should be treated as active. "
        "Unselect this instead of deleting accounts."
    ),
    gettext_noop("Filter"),
    gettext_noop("Home"),
    gettext_noop("Save and add another"),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("View %s"),
    gettext_noop("View on site"),
    gettext_noop("You don’t have permission to view or edit anything."),
    gettext_noop("Your old password was entered incorrectly. Please enter it again."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("group"),
    gettext_noop("groups"),
    gettext_noop("staff status"),
    gettext_noop("user"),
    gettext_noop("users"),
)
REWORDED_NUMBER = ngettext_lazy(
    "Your password must contain at least %(min_length)d character.",
    "Your password must contain at least %(min_length)d characters.",
    "min_length",
)
