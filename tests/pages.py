"""What a browser would send back from a page, read from its HTML."""

from html.parser import HTMLParser

SKIPPED = {"submit", "button", "image", "reset", "file"}


class _Forms(HTMLParser):
    """The successful controls of each form on the page, by the form's id."""

    def __init__(self):
        super().__init__()
        self.forms = {}
        self.actions = {}
        self.now = None
        self.text = None  # the textarea being read
        self.select = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            key = given.get("id", "")
            self.now = self.forms.setdefault(key, {})
            self.actions[key] = given.get("action", "")
        elif self.now is None or (tag != "option" and "name" not in given):
            return
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.now[given["name"]] = given.get("value", "on")
        elif tag == "input" and given.get("type") not in SKIPPED:
            self.now[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self.text = given["name"]
            self.now[self.text] = ""
        elif tag == "select":
            self.select = given["name"]
            self.now[self.select] = None
        elif self.select and ("selected" in given or self.now[self.select] is None):
            self.now[self.select] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None
        elif tag == "textarea":
            self.now[self.text] = self.now[self.text].removeprefix("\n")
            self.text = None
        elif tag == "select":
            self.select = None

    def handle_data(self, text):
        if self.text:
            self.now[self.text] += text


def form_on(response, key):
    """The named form's fields as they stand, without any button."""
    page = _Forms()
    page.feed(response.content.decode())
    return page.forms[key]


class _Held(HTMLParser):
    """What the hidden and the ticked fields hold; of one name there may be several."""

    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "input" and (given.get("type") == "hidden" or "checked" in given):
            self.found.setdefault(given["name"], []).append(given.get("value", "on"))


def held_on(response):
    """Name → values of all hidden and ticked fields of the page."""
    page = _Held()
    page.feed(response.content.decode())
    return page.found


def action_on(response, key):
    page = _Forms()
    page.feed(response.content.decode())
    return page.actions[key]
