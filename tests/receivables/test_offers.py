"""What is offered: three of all plans, answers to counter-offers, what fits a month, and that nothing but the facts decides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.calendar import is_business_day
from receivables.instalments import (
    Plan,
    PlanRefused,
    agreed_amount,
    all_plans,
    latest_first_due,
    lowest_down_payment,
    make_plan,
)
from receivables.offers import (
    Counter,
    answer,
    canonical,
    choices,
    digest,
    largest,
    offered,
    plans_that_fit,
    split_discount,
    terms_from,
    terms_of,
    why,
)
from receivables.owed import DebtState, owed
from receivables.policy import Collector, Instalments, Policy

TODAY = date(2026, 11, 23)
POLICY = Policy(portfolio="default", version="1", collector=Collector(name="Acerto", cnpj="93417862000103"))
USUAL = Instalments()


def limits(**changes: object) -> Instalments:
    return Instalments.model_validate(Instalments().model_dump() | changes)


def _most_in_a_month(plan: Plan) -> int:
    """The most that any one month asks: the down payment is paid in a month of its own."""
    return max(plan.down_payment, largest(plan))


# ------------------------------------------------------------------------------------------------ three of all


def test_the_shortest_the_longest_and_the_one_between_are_shown() -> None:
    shown = offered(100000, USUAL, today=TODAY)
    assert [(choice.plan.count, choice.merits) for choice in shown] == [
        (2, ("cheapest",)),
        (6, ("balanced",)),
        (12, ("lowest",)),
    ]
    assert [largest(choice.plan) for choice in shown] == [40000, 13335, 6674]


def test_a_plan_that_has_every_merit_is_shown_once() -> None:
    (only,) = offered(9000, USUAL, today=TODAY)
    assert (only.plan.count, only.merits) == (1, ("cheapest", "lowest", "balanced"))
    assert offered(4000, USUAL, today=TODAY) == ()


def test_with_interest_the_cheapest_is_really_cheaper() -> None:
    shown = offered(100000, limits(monthly_rate_percent=Decimal(2)), today=TODAY)
    assert shown[0].merits == ("cheapest",) and shown[0].plan.count == 1
    assert shown[0].plan.total < shown[1].plan.total < shown[2].plan.total


# ------------------------------------------------------------------------------------------------ counter-offers


def test_ten_times_is_given_as_it_was_asked_for() -> None:
    given_ = answer(100000, Counter(count=10), USUAL, today=TODAY)
    assert given_.plan == make_plan(100000, 10, USUAL, today=TODAY) and given_.refused is None


def test_three_hundred_now_and_the_rest_in_four() -> None:
    plan = answer(100000, Counter(down=30000, count=4), USUAL, today=TODAY).plan
    assert plan is not None
    assert (plan.down_payment, [one.amount for one in plan.instalments], plan.total) == (30000, [17500] * 4, 100000)


def test_twenty_four_times_is_answered_with_the_most_there_is() -> None:
    answered = answer(100000, Counter(count=24), USUAL, today=TODAY)
    assert answered.refused is not None and (answered.refused.code, answered.refused.limit) == ("too_many", 12)
    assert answered.plan is None and answered.near[0].count == 12


def test_too_small_a_down_payment_is_answered_with_the_smallest_and_the_same_count() -> None:
    answered = answer(100000, Counter(down=5000, count=4), USUAL, today=TODAY)
    assert answered.refused is not None
    assert (answered.refused.code, answered.refused.limit) == ("down_payment_too_small", 20000)
    assert (answered.near[0].down_payment, answered.near[0].count) == (20000, 4)


def test_an_instalment_is_kept_in_the_fewest_months() -> None:
    plan = answer(100000, Counter(instalment=15000), USUAL, today=TODAY).plan
    assert plan is not None and plan.count == 6 and largest(plan) == 13335


def test_an_instalment_too_small_for_any_plan_is_answered_with_what_comes_closest() -> None:
    answered = answer(1000000, Counter(instalment=50000), USUAL, today=TODAY)
    assert answered.refused is not None and (answered.refused.code, answered.refused.limit) == ("instalment_too_low", 66674)
    assert any(largest(plan) <= 50000 for plan in answered.near), "a larger down payment brings the instalment down to the wish"
    assert answered.near[0].count == 12


def test_a_count_and_an_instalment_that_do_not_go_together_are_said_to() -> None:
    answered = answer(100000, Counter(count=3, instalment=20000), USUAL, today=TODAY)
    assert answered.refused is not None and answered.refused.code == "instalment_too_low"
    assert answered.near


def test_a_later_first_payment_than_allowed_is_answered_with_the_latest_day() -> None:
    answered = answer(100000, Counter(count=4, first_due=TODAY + timedelta(days=20)), USUAL, today=TODAY)
    assert answered.refused is not None and answered.refused.limit == latest_first_due(USUAL, TODAY)
    assert answered.near[0].count == 4 and answered.near[0].first_due == latest_first_due(USUAL, TODAY)


def test_a_down_payment_alone_leaves_the_choice_of_the_count() -> None:
    answered = answer(100000, Counter(down=30000), USUAL, today=TODAY)
    assert (answered.plan, answered.refused) == (None, None)
    assert {plan.down_payment for plan in answered.near} == {30000} and len(answered.near) == 3


def test_a_down_payment_of_nearly_everything_leaves_nothing_to_divide() -> None:
    answered = answer(100000, Counter(down=99000, count=2), USUAL, today=TODAY)
    assert answered.refused is not None and (answered.refused.code, answered.refused.limit) == ("down_payment_too_large", 95000)


def test_too_small_a_debt_is_for_cash_only_whatever_is_proposed() -> None:
    answered = answer(4000, Counter(count=2), USUAL, today=TODAY)
    assert answered.refused is not None and answered.refused.code == "only_cash" and answered.near == ()


def test_nothing_proposed_is_no_proposal() -> None:
    with pytest.raises(ValueError):
        answer(100000, Counter(), USUAL, today=TODAY)


amounts = st.integers(min_value=100, max_value=2_000_000)
rules = st.builds(
    lambda most, least, down, rate, days: limits(
        max=most, min_amount=least, down_payment_percent=Decimal(down), monthly_rate_percent=Decimal(rate) / 100, first_due_days=days
    ),
    st.integers(0, 18), st.integers(1, 20000), st.integers(0, 60), st.sampled_from([0, 0, 100, 199, 350]), st.integers(0, 15),
)  # fmt: skip
counters = st.builds(
    Counter,
    count=st.none() | st.integers(0, 40),
    down=st.none() | st.integers(0, 2_500_000),
    instalment=st.none() | st.integers(1, 300_000),
    first_due=st.none() | st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=40)),
).filter(lambda counter: not counter.empty)


def allowed(plan: Plan, amount: int, rule: Instalments) -> None:
    """Everything the policy says of a plan."""
    assert plan.amount == amount
    assert plan.down_payment + sum(one.amount for one in plan.instalments) == plan.total
    assert plan.down_payment + sum(one.principal for one in plan.instalments) == amount
    assert lowest_down_payment(amount, rule) <= plan.down_payment < amount
    assert 1 <= plan.count <= rule.max
    assert all(one.amount >= rule.min_amount for one in plan.instalments)
    days = [plan.first_due, *(one.due_date for one in plan.instalments)]
    assert all(is_business_day(day) for day in days) and sorted(days) == days
    assert TODAY <= plan.first_due <= latest_first_due(rule, TODAY)
    if rule.monthly_rate_percent == 0:
        assert plan.total == amount


@settings(max_examples=150)
@given(amounts, rules, counters)
def test_whatever_is_proposed_every_plan_in_the_answer_is_within_the_policy(
    amount: int, rule: Instalments, counter: Counter
) -> None:
    answered = answer(amount, counter, rule, today=TODAY)
    plans = [*answered.near, *([answered.plan] if answered.plan else [])]
    for plan in plans:
        allowed(plan, amount, rule)
    assert (answered.plan is None) or (answered.refused is None and not answered.near)
    if answered.plan is not None:
        assert counter.count in (None, answered.plan.count) and counter.down in (None, answered.plan.down_payment)
        assert counter.instalment is None or largest(answered.plan) <= counter.instalment
    elif answered.refused is not None and answered.refused.code != "only_cash":
        assert answered.near, "a refusal names what would be allowed"


@settings(max_examples=150)
@given(amounts, rules)
def test_what_is_offered_is_within_the_policy_and_at_most_three(amount: int, rule: Instalments) -> None:
    shown = offered(amount, rule, today=TODAY)
    every = all_plans(amount, rule, today=TODAY)
    assert len(shown) <= 3 and bool(shown) == bool(every)
    assert len({choice.plan for choice in shown}) == len(shown)
    for choice in shown:
        allowed(choice.plan, amount, rule)
    if shown:
        assert min(plan.total for plan in every) in {choice.plan.total for choice in shown if "cheapest" in choice.merits}
        assert min(map(largest, every)) in {largest(choice.plan) for choice in shown if "lowest" in choice.merits}
        assert {merit for choice in shown for merit in choice.merits} == {"cheapest", "lowest", "balanced"}


# ------------------------------------------------------------------------------------------------ what fits the month


def test_what_fits_two_hundred_and_fifty_a_month() -> None:
    fit = plans_that_fit(100000, 25000, USUAL, today=TODAY)
    assert fit.plans and all(_most_in_a_month(choice.plan) <= 25000 for choice in fit.plans)


def test_a_month_too_small_for_the_down_payment_is_said_so() -> None:
    fit = plans_that_fit(100000, 15000, USUAL, today=TODAY)
    assert (fit.plans, fit.why) == ((), "down_payment")
    assert fit.least is not None and fit.least.down_payment == 20000 and fit.tried > 0


def test_a_month_too_small_for_any_instalment_is_said_so() -> None:
    fit = plans_that_fit(100000, 6000, USUAL, today=TODAY)
    assert fit.plans == () and fit.why == "instalment"


def test_a_larger_down_payment_can_make_a_plan_fit() -> None:
    fit = plans_that_fit(30000, 10000, limits(max=2, down_payment_percent=Decimal(20)), today=TODAY)
    assert [choice.plan.down_payment for choice in fit.plans] == [10000]


@settings(max_examples=120, deadline=None)
@given(
    st.integers(100, 3000),
    st.integers(20, 1500),
    st.integers(0, 6),
    st.integers(1, 300),
    st.integers(0, 50),
    st.sampled_from([0, 0, 0, 200, 900]),
)
def test_what_fits_is_what_trying_every_single_plan_finds(
    amount: int, monthly: int, most: int, least: int, down: int, rate: int
) -> None:
    rule = limits(max=most, min_amount=least, down_payment_percent=Decimal(down), monthly_rate_percent=Decimal(rate) / 100)
    by_brute_force: dict[int, int] = {}
    for count in range(1, most + 1):
        for paid_first in range(lowest_down_payment(amount, rule), min(amount, monthly + 1)):
            try:
                plan = make_plan(amount, count, rule, today=TODAY, down_payment=paid_first)
            except PlanRefused:
                continue
            if _most_in_a_month(plan) <= monthly:
                by_brute_force[count] = paid_first
                break
    fit = plans_that_fit(amount, monthly, rule, today=TODAY)
    assert bool(fit.plans) == bool(by_brute_force)
    every = [make_plan(amount, count, rule, today=TODAY, down_payment=paid) for count, paid in by_brute_force.items()]
    assert fit.plans == choices(every)
    if fit.least is not None:
        assert _most_in_a_month(fit.least) > monthly


# ------------------------------------------------------------------------------------------------ terms and reasons

DUES = [
    owed(DebtState.new(100000, date(2026, 6, 10)), POLICY, TODAY),
    owed(DebtState.new(49999, date(2026, 8, 3)), POLICY, TODAY),
]


def test_terms_are_kept_and_read_back_as_they_were() -> None:
    agreed = agreed_amount(DUES, USUAL)
    for choice in offered(agreed.total, USUAL, today=TODAY):
        terms = terms_of([4, 7], DUES, choice.plan, USUAL)
        assert terms_from(terms.as_json()) == terms
        assert (terms.gross, terms.discount) == (agreed.gross, agreed.discount)
        assert sum(share.amount for share in terms.shares) == choice.plan.total
        assert len(digest(canonical(terms.as_json()))) == 64


def test_other_terms_have_another_hash() -> None:
    plans = offered(agreed_amount(DUES, USUAL).total, USUAL, today=TODAY)
    assert len({digest(canonical(terms_of([4, 7], DUES, choice.plan, USUAL).as_json())) for choice in plans}) == len(plans)


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=6), st.data())
def test_a_discount_over_several_debts_is_divided_to_the_centavo(gross: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(gross) - 1))
    parts = split_discount(total, gross)
    assert sum(parts) == total and all(0 <= part <= one for part, one in zip(parts, gross, strict=True))


def test_the_reason_names_the_rule_and_everything_that_went_into_it() -> None:
    agreed = agreed_amount(DUES, USUAL)
    told = why(DUES, USUAL, agreed, portfolio="default", policy_version="1")
    assert (told.gross, told.discount, told.amount) == (agreed.gross, agreed.discount, agreed.total)
    assert told.cash_discount == sum(due.discount for due in DUES) and told.factor_percent == 50
    assert told.days_overdue == (166, 112) and told.policy_version == "1"


@settings(max_examples=100)
@given(
    st.integers(1000, 1_000_000), st.integers(0, 1500), st.text(max_size=30), st.sampled_from("MF"), st.sampled_from(["SP", "AC", "BA"])
)  # fmt: skip
def test_the_same_facts_make_the_same_offer_whatever_the_name_sex_or_place(
    amount: int, days: int, name: str, sex: str, state: str
) -> None:
    def offer_to(name: str, sex: str, state: str) -> list[str]:
        # Whoever it is, only the debt, the policy and the day go in: there is no place for the rest.
        due = owed(DebtState.new(amount, TODAY - timedelta(days=days)), POLICY, TODAY)
        agreed = agreed_amount([due], USUAL)
        return [
            canonical(terms_of([1], [due], choice.plan, USUAL).as_json()) for choice in offered(agreed.total, USUAL, today=TODAY)
        ]

    assert offer_to(name, sex, state) == offer_to("Maria da Silva", "F", "RJ")
