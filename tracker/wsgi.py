"""The application object for gunicorn and runserver. What is not ready is not served."""

import os

from django.core.wsgi import get_wsgi_application

from tracker.readiness import give_up_unless_ready
from tracker.uploads import whole

os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"

application = whole(get_wsgi_application())
give_up_unless_ready()
