from tracker.settings import *  # noqa: F403
from tracker.settings import DATABASES

DATABASES["default"]["ENGINE"] = "tests.portable"
