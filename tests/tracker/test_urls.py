"""Health, signing in and out, administration."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-9"


@pytest.fixture
def official():
    return User.objects.create_user("alice", password=PASSWORD)


def location(response):
    assert response.status_code == 302
    return response.headers["Location"]


def test_healthz_answers_anybody(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_healthz_says_in_chinese_that_the_database_is_down(client):
    def refuse(execute, sql, params, many, context):
        return execute("SELECT no_such_column", params, many, context)

    with connection.execute_wrapper(refuse):
        response = client.get("/healthz")
    assert (response.status_code, response.content.decode()) == (503, "连接不上数据库，原因见服务日志。\n")


@pytest.mark.parametrize("path", ["/", "/targets/", "/password/"])
def test_anonymous_is_sent_to_login(client, path):
    assert location(client.get(path)) == f"/login/?next={path}"


def test_anonymous_is_sent_from_admin_to_the_same_login(client):
    assert location(client.get("/admin/auth/user/")) == "/login/?next=/admin/auth/user/"
    assert location(client.get("/admin/login/?next=/admin/auth/user/")) == "/login/?next=/admin/auth/user/"


def test_login_leads_to_the_page_asked_for(client, official):
    assert client.get("/login/").status_code == 200
    typed = {"username": "alice", "password": PASSWORD, "next": "/password/"}
    assert location(client.post("/login/", typed)) == "/password/"
    assert location(client.get("/login/")) == "/targets/"  # the first page of an account without a role


def test_logout_by_post_only(client, official):
    client.force_login(official)
    assert client.get("/logout/").status_code == 405
    assert location(client.post("/logout/")) == "/login/"
    assert location(client.get("/password/")) == "/login/?next=/password/"


def test_admin_refuses_who_is_no_administrator(client, official):
    client.force_login(official)
    assert location(client.get("/admin/")) == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").status_code == 403


def test_admin_opens_for_administrator(admin_client):
    assert admin_client.get("/admin/").status_code == 200
    assert location(admin_client.get("/admin/login/")) == "/admin/"


def test_password_change(client, official):
    client.force_login(official)
    typed = {"old_password": PASSWORD, "new_password1": "even-longer-10", "new_password2": "even-longer-10"}
    assert location(client.post("/password/", typed)) == "/targets/"
