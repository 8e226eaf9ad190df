"""Health and metrics: answered whatever the engine does."""

from threading import Event

import httpx
import pytest

from serving.web.app import create_app


def test_a_service_lives_and_is_ready(client):
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready"}


def test_a_service_that_drains_lives_answers_and_is_not_ready(client_of, service, asked):
    client, service.draining = client_of(service), True

    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/ready").json()["title"] == "Not ready"
    assert client.post("/v1/show", asked["show"]).status_code == 200


def test_a_service_without_an_engine_is_not_ready(client_of, service):
    service.slots = {}

    assert client_of(service).get("/health/ready").status_code == 503


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_health_is_told_while_the_engine_is_busy(on_loopback, service, path):
    address, over = on_loopback(create_app(service)), Event()
    busy = service.runner.pool.submit(over.wait)
    try:
        assert httpx.get(address + path, timeout=10).status_code == 200
    finally:
        over.set()
        busy.result()


def test_a_tenants_key_for_everything_does_not_open_the_metrics_of_all(client_of, service_of, key_of):
    for scopes, status in ((("*",), 403), (("metrics",), 200)):
        path, text = key_of(*scopes)
        told = client_of(service_of(keys=path)).get("/metrics", headers={"authorization": f"Bearer {text}"})
        assert told.status_code == status
        assert ("recsys_release_info" in told.text) is (status == 200)


def test_metrics_count_by_template_and_name_no_caller(client, asked):
    for _ in range(3):
        client.post("/v1/show", asked["show"])
    client.get("/v1/nobody/1000001")

    told = client.get("/metrics")

    assert told.headers["content-type"].startswith("text/plain")
    assert 'recsys_requests_total{route="/v1/show",status="200",tenant="demo"} 3.0' in told.text
    assert "1000001" not in told.text
