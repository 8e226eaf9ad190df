"""Numbers worked by hand: answers, invitations and shrunk rates (R6, R8, R11, R20)."""

from datetime import datetime, timedelta
from math import log

import pytest

from features.catalogue import CREATOR_FEATURES
from features.snapshot import build_match_snapshot

AS_OF = datetime.fromisoformat("2024-06-01")


def message(number, hours_ago, answered_after=None, creator=1):
    sent = AS_OF - timedelta(hours=hours_ago)
    answer = None if answered_after is None else sent + timedelta(hours=answered_after)
    return {"message_id": number, "creator_id": creator, "sent_at": sent, "replied_at": answer}


def test_a_message_without_an_answer_counts_as_a_week_of_waiting(features_of):
    features = features_of({"messages": [message(1, 300, 8), message(2, 300, 400), message(3, 300)]}, AS_OF)

    assert features["response_hours_log"] == pytest.approx(log(1 + (8 + 168 + 168) / 3))
    assert features["response_rate"] == pytest.approx(1 / 3)


def test_a_message_of_the_last_two_days_does_not_count_answered_or_not(features_of):
    features = features_of({"messages": [message(1, 300, 8), message(2, 47), message(3, 47, 4)]}, AS_OF)

    assert features["messages_log"] == pytest.approx(log(2))
    assert features["response_hours_log"] == pytest.approx(log(1 + 8))


@pytest.mark.parametrize("worse", [message(9, 300), message(9, 300, 200), message(9, 50)])
def test_no_or_a_late_answer_never_makes_a_creator_look_better(features_of, worse):
    messages = [message(1, 300, 8), message(2, 400, 20), message(3, 500)]
    before, after = (
        features_of({"messages": messages}, AS_OF),
        features_of({"messages": [*messages, worse]}, AS_OF),
    )

    assert after["response_hours_log"] >= before["response_hours_log"]


def test_rates_are_pulled_to_the_peers_and_small_counts_more_so(tables_of, policies):
    from_peers = shrunk_rates(tables_of, policies, {1: (1, 1), 2: (9, 10), 3: (1, 10), 4: (0, 0)})

    pooled = 11 / 21
    assert from_peers[4] == pytest.approx(pooled)
    assert pooled < from_peers[1] < 1
    assert abs(from_peers[2] - 0.9) < abs(from_peers[1] - 1)


def test_the_prior_is_the_one_fitted_by_hand(tables_of, policies):
    """9 and 1 of 10: pooled .5, excess 8.2 − 5 − .25 = 2.95, most .25 × (20 − 10 − 1) = 2.25: the weakest."""
    alike = shrunk_rates(tables_of, policies, {1: (6, 10), 2: (4, 10)})
    apart = shrunk_rates(tables_of, policies, {1: (9, 10), 2: (1, 10)})

    assert apart[1] == pytest.approx((9 + 0.5) / 11)
    assert alike[1] == pytest.approx(0.5, abs=1e-4)


def test_three_creators_by_hand(tables_of, policies):
    """8, 5 and 2 of 10: pooled .5, excess 9.3 − 7.5 − 2 × .25 = 1.3, most .25 × (30 − 10 − 2) = 4.5."""
    strength = 4.5 / 1.3 - 1

    rates = shrunk_rates(tables_of, policies, {1: (8, 10), 2: (5, 10), 3: (2, 10)})

    assert rates[1] == pytest.approx((8 + strength * 0.5) / (10 + strength))
    assert rates[2] == pytest.approx(0.5)


def shrunk_rates(tables_of, policies, answers):
    """Creator → response rate, given (answered, sent)."""
    from_ = [
        {"creator_id": creator, "created_at": datetime.fromisoformat("2024-01-01")} for creator in answers
    ]
    messages = [
        message(100 * creator + number, 300, 1 if number < answered else None, creator)
        for creator, (answered, sent) in answers.items()
        for number in range(sent)
    ]
    snapshot = build_match_snapshot(tables_of({"creators": from_, "messages": messages}), AS_OF, policies)
    rates = snapshot.creators["profile"][:, list(CREATOR_FEATURES).index("response_rate")]
    return dict(zip(answers, rates.tolist(), strict=True))


def invitation(creator_days):
    """Days ago of each step."""
    return {
        f"{step}_at": AS_OF - timedelta(days=ago) for step, ago in creator_days.items() if ago is not None
    }


def test_invitations_count_when_they_are_answered_or_a_week_old(features_of):
    steps = [
        {"shown": 90, "invited": 80, "replied": 79, "accepted": 79, "delivered": 69},
        {"shown": 60, "invited": 50, "replied": 49},
        {"shown": 10, "invited": 8},
        {"shown": 10, "invited": 6},
        {"shown": 10, "invited": 9, "replied": 8, "accepted": 8},
    ]
    rows = [{"campaign_id": number, **invitation(row)} for number, row in enumerate(steps)]
    features = features_of({"invitations": rows}, AS_OF)

    assert features["accept_rate"] == pytest.approx(2 / 4)
    assert features["invitations_log"] == pytest.approx(log(5))
    assert features["deliver_rate"] == pytest.approx(1)
    assert features["deals_log"] == pytest.approx(log(2))
    assert features["delivery_days_log"] == pytest.approx(log(11))
    assert features["recent_invitations_log"] == pytest.approx(log(4))
    assert features["open_load"] == pytest.approx(1.5)
