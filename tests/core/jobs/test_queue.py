import subprocess
import sys
import threading
import time

import pytest

from core.errors import BadInput, NotYours, UnknownName
from core.jobs.queue import Queue
from tests.core.jobs.toy_main import ROOT


def put(queue, lane="training", owner="ada", **more):
    return queue.put(kind="toy", lane=lane, owner=owner, payload={"x": [1, None]}, **more)


def running(queue, **more):
    job = put(queue, **more)
    queue.claim("training", "w")
    queue.start(job.id, "w")
    return queue.get(job.id)


def test_a_job_comes_back_as_it_was_put(queue):
    job = put(queue)
    assert (job.state, job.attempt, job.payload) == ("queued", 1, {"x": [1, None]})
    assert queue.get(job.id, "ada") == job


def test_the_oldest_of_the_highest_priority_goes_first_and_others_know_their_place(queue):
    first, second, urgent, elsewhere = put(queue), put(queue), put(queue, priority=1), put(queue, lane="data")
    assert [queue.position(j.id) for j in (urgent, first, second, elsewhere)] == [0, 1, 2, 0]
    assert [queue.claim("training", "w").id for _ in range(3)] == [urgent.id, first.id, second.id]
    assert queue.claim("training", "w") is None
    assert queue.position(first.id) is None


def test_everybodys_first_job_goes_before_anybodys_second(queue):
    ada = [put(queue) for _ in range(3)]
    bob = [put(queue, owner="bob") for _ in range(2)]
    expected = [ada[0].id, bob[0].id, ada[1].id, bob[1].id, ada[2].id]
    assert [queue.position(job_id) for job_id in expected] == [0, 1, 2, 3, 4]
    taken = []
    for _ in expected:
        taken.append(queue.claim("training", "w").id)
        queue.finish(taken[-1], "succeeded")
    assert taken == expected


def test_who_has_a_job_in_work_lets_others_go_first(queue):
    held, waiting = put(queue), put(queue)
    assert queue.claim("training", "w").id == held.id
    late = put(queue, owner="bob")
    assert [queue.position(j.id) for j in (late, waiting)] == [0, 1]
    assert queue.claim("training", "w2").id == late.id


def test_a_job_in_work_in_another_lane_costs_no_turn(queue):
    put(queue, lane="data")
    queue.claim("data", "w")
    first, other = put(queue), put(queue, owner="bob")
    assert queue.claim("training", "w2").id == first.id
    assert queue.position(other.id) == 0


def test_an_id_is_used_once(queue):
    job = put(queue, job_id="same")
    with pytest.raises(BadInput, match="already"):
        put(queue, job_id="same")
    assert queue.get(job.id).state == "queued"


def test_a_lane_nobody_works_in_is_refused_with_those_that_exist(queue):
    with pytest.raises(UnknownName, match="Did you mean 'training'"):
        put(queue, lane="trainin")


@pytest.mark.parametrize("call", ["get", "request"])
def test_another_owners_job_and_no_job_look_the_same(queue, call):
    job = put(queue)
    for job_id in (job.id, "0" * 20, "../../x"):
        with pytest.raises(NotYours, match="There is no job"):
            queue.get(job_id, "bob") if call == "get" else queue.request(job_id, "bob", "cancel")
    assert queue.list("bob") == []
    assert queue.get(job.id).state == "queued"


def test_a_list_is_newest_first_and_can_be_narrowed(queue):
    old, new = put(queue), put(queue, lane="data")
    queue.request(old.id, "ada", "cancel")
    assert [j.id for j in queue.list("ada")] == [new.id, old.id]
    assert [j.id for j in queue.list("ada", states=["stopped", "failed"])] == [old.id]
    assert queue.list("ada", kind="other") == []
    assert len(queue.list("ada", limit=1)) == 1


@pytest.mark.parametrize(
    ("what", "queued", "held", "paused", "ended"),
    [
        ("pause", "paused", "pausing", "paused", "succeeded"),
        ("finish", "stopped", "stopping", "queued", "succeeded"),
        ("discard", "stopped", "stopping", "stopped", "succeeded"),
        ("cancel", "stopped", "stopping", "stopped", "succeeded"),
        ("resume", "queued", "running", "queued", "succeeded"),
    ],
)
def test_what_a_request_does_in_every_state(queue, what, queued, held, paused, ended):
    ended_job = running(queue)
    queue.finish(ended_job.id, "succeeded", {"y": 1})
    paused_job = running(queue)
    queue.request(paused_job.id, "ada", "pause")
    queue.finish(paused_job.id, "paused")
    held_job, queued_job = running(queue), put(queue)
    found = [queue.request(j.id, "ada", what).state for j in (queued_job, held_job, paused_job, ended_job)]
    assert found == [queued, held, paused, ended]
    assert queue.get(ended_job.id).result == {"y": 1}


def test_every_start_has_its_own_attempt_number(queue):
    job = running(queue)
    queue.request(job.id, "ada", "pause")
    queue.finish(job.id, "paused")
    assert queue.request(job.id, "ada", "resume").attempt == 2
    queue.claim("training", "w")
    queue.finish(job.id, "paused")  # told to leave by its machine: nobody asked for a pause
    assert (queue.get(job.id).state, queue.get(job.id).attempt, queue.get(job.id).crashes) == ("queued", 3, 0)


def test_a_pause_withdrawn_while_the_worker_lays_down_goes_on(queue):
    job = running(queue)
    queue.request(job.id, "ada", "pause")
    queue.request(job.id, "ada", "resume")
    assert queue.finish(job.id, "paused").state == "queued"


def test_a_paused_job_asked_to_finish_is_concluded_by_a_worker(queue):
    job = running(queue)
    queue.request(job.id, "ada", "pause")
    queue.finish(job.id, "paused")
    queue.request(job.id, "ada", "finish")
    queue.claim("training", "w2")
    queue.start(job.id, "w2")
    assert (queue.get(job.id).state, queue.requested(job.id)) == ("stopping", "finish")


def test_discarding_outweighs_a_wish_to_pause_and_is_not_taken_back_by_one(queue):
    job = running(queue)
    for what, kept in [
        ("pause", "pause"),
        ("discard", "discard"),
        ("pause", "discard"),
        ("finish", "discard"),
    ]:
        queue.request(job.id, "ada", what)
        assert queue.requested(job.id) == kept


def test_a_job_deleted_from_under_its_worker_is_cancelled(queue):
    assert queue.requested("0" * 20) == "cancel"


def test_a_dead_workers_job_is_queued_again_until_it_is_known_to_kill(queue):
    job = put(queue, max_attempts=3)
    states = []
    for number in range(3):
        queue.claim("training", f"w{number}")
        states += [j.state for j in queue.adopt_or_requeue(lambda worker: False)]
    assert states == ["queued", "queued", "failed"]
    assert "ended 3 times" in queue.get(job.id).error


def test_a_job_that_gets_further_each_time_is_never_given_up(queue):
    job = put(queue, max_attempts=2)
    for step in range(1, 9):
        queue.claim("training", f"w{step}")
        queue.report(job.id, step / 10)
        assert [j.state for j in queue.adopt_or_requeue(lambda worker: False)] == ["queued"]
    assert queue.get(job.id).attempt == 9


@pytest.mark.parametrize(
    ("what", "state"),
    [("pause", "paused"), ("discard", "stopped"), ("cancel", "stopped"), ("finish", "queued")],
)
def test_a_worker_that_dies_while_doing_what_was_asked_leaves_that_state(queue, what, state):
    job = running(queue)
    queue.request(job.id, "ada", what)
    queue.adopt_or_requeue(lambda worker: False)
    assert queue.get(job.id).state == state


def test_the_living_keep_their_jobs(queue):
    job = running(queue)
    assert queue.adopt_or_requeue(lambda worker: worker == "w") == ()
    assert queue.get(job.id).state == "running"


def test_only_the_holder_ends_a_job(queue):
    job = running(queue)
    queue.adopt_or_requeue(lambda worker: False)
    assert queue.finish(job.id, "succeeded", worker="w").state == "queued"


def test_waiting_ends_when_the_job_does(queue):
    job = running(queue)
    threading.Timer(0.1, lambda: queue.finish(job.id, "succeeded", {"y": 2})).start()
    started = time.monotonic()
    assert queue.wait(job.id, 60).result == {"y": 2}
    assert time.monotonic() - started < 30
    assert queue.wait(put(queue).id, 0.05).state == "queued"


def test_old_interactive_jobs_are_forgotten_and_others_kept(queue):
    kept = running(queue)
    queue.finish(kept.id, "succeeded")
    old, waiting = put(queue, lane="interactive"), put(queue, lane="interactive")
    queue.request(old.id, "ada", "cancel")
    assert queue.purge("interactive", older_than_s=3600) == 0
    assert queue.purge("interactive", older_than_s=-1) == 1
    assert {j.id for j in queue.list("ada")} == {kept.id, waiting.id}


CLAIM_ALL = """
import sys
from pathlib import Path
from core.home import Home
from core.jobs.queue import Queue
queue = Queue(Home(Path(sys.argv[1])))
while job := queue.claim("training", sys.argv[2]):
    print(job.id)
"""


def test_processes_that_claim_at_once_never_get_the_same_job(home, queue):
    jobs = {put(queue).id for _ in range(120)}
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_ALL, str(home.root), f"w{n}"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    claimed = [line for claimer in claimers for line in claimer.communicate()[0].split()]
    assert len(claimed) == 120
    assert set(claimed) == jobs


def test_threads_share_a_queue_and_readers_do_not_wait_for_a_writer(home, queue):
    job = put(queue)
    seen = []
    with queue._db.writing() as db:
        db.execute("UPDATE jobs SET message = 'half done'")
        reader = threading.Thread(target=lambda: seen.append(queue.get(job.id).message))
        reader.start()
        reader.join(2)
    assert seen == [""]
    assert queue.get(job.id).message == "half done"


def test_a_new_home_opened_by_many_at_once_serves_all(home):
    failed = []

    def use():
        try:
            put(Queue(home))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=use) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(Queue(home).list("ada")) == 12
