"""What is said when something failed."""

from tracker.errors import failed


def test_a_fault_of_our_own_is_no_fault_of_the_database(rf):
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        answer = failed(rf.get("/todo/"))
    assert answer.status_code == 500
    assert "出错了" in answer.content.decode()
