"""Asks a service over and over, as a process of its own, and tells what it was answered.

Reads `{"port", "path", "bodies", "connections", "pause_s"}` as the first line of stdin, asks until stdin
ends, with a pause after each answer, and prints
`{"answers": [[release, sha256 of the body, count] …], "failures": [text …], "seconds": [each …]}`.
"""

import hashlib
import http.client
import json
import sys
from collections import Counter
from itertools import cycle
from threading import Event, Thread
from time import perf_counter

TIMEOUT_S = 30


class Asker(Thread):
    """One caller, on one connection for as long as the service keeps it open."""

    def __init__(self, asked, over):
        super().__init__()
        self.asked, self.over = asked, over
        self.answers, self.failures, self.seconds = Counter(), [], []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.asked["port"], timeout=TIMEOUT_S)
        for body in cycle(self.asked["bodies"]):
            if self.over.wait(self.asked["pause_s"]):
                break
            started = perf_counter()
            try:
                connection.request("POST", self.asked["path"], body, {"content-type": "application/json"})
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
                continue
            self.seconds.append(perf_counter() - started)
            if response.status == 200:
                self.answers[response.headers["x-release"], hashlib.sha256(content).hexdigest()] += 1
            else:
                self.failures.append(f"{response.status} {content!r}")
        connection.close()


def main():
    asked, over = json.loads(sys.stdin.readline()), Event()
    askers = [Asker(asked, over) for _ in range(asked["connections"])]
    for asker in askers:
        asker.start()
    sys.stdin.read()
    over.set()
    for asker in askers:
        asker.join()
    answers = sum((asker.answers for asker in askers), Counter())
    told = {
        "answers": [[*key, count] for key, count in answers.items()],
        "failures": [failure for asker in askers for failure in asker.failures],
        "seconds": [seconds for asker in askers for seconds in asker.seconds],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
