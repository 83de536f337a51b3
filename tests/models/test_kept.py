from threading import Thread

from targets.models.kept import kept_by_thread


def test_a_query_is_built_once_for_each_thread():
    @kept_by_thread(2)
    def built(asked):
        return [asked]

    others = []
    thread = Thread(target=lambda: others.extend((built(1), built(1))))
    thread.start()
    thread.join()
    assert built(1) is built(1)
    assert others[0] is others[1] is not built(1)
