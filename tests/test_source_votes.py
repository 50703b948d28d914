"""Who says what of prices: states, agreement between families, and the likeliest cause of a difference."""

from __future__ import annotations

from decimal import Decimal

import pytest

from capreg.catalog import Catalog
from capreg.source.agreement import agreement_of
from capreg.source.causes import Causes
from capreg.source.compile import compile_registry
from capreg.source.votes import Vote, standing, votes_of
from tests.registry import OFFERING, PROVIDER, RegistryFolder

LIST, MAP, ROUTER = "2026-09-30", "2026-11-12", "2026-05-18"


def entry(start: str, *evidence: str, rates: str = 'input = "0.5"', basis: str = "observed", more: str = "") -> str:
    """One price entry with its evidence."""
    told = ", ".join(evidence)
    return f'\n[[prices]]\nstarts_on = {start}\nbasis = "{basis}"\n{more}\n{rates}\nevidence = [{told}]\n'


def said(source: str, day: str, says: str = "") -> str:
    """One line of evidence."""
    return f'{{ source = "{source}", seen_on = {day}{f", says = {{ {says} }}" if says else ""} }}'


def catalog(registry: RegistryFolder, *entries: str) -> Catalog:
    """The small registry with two more families, and an offering of these prices."""
    text = (registry.root / OFFERING).read_text()
    registry.write(OFFERING, text[: text.index("[[prices]]")] + "".join(entries))
    of_list = (registry.root / "sources/list.toml").read_text()
    registry.write("sources/map.toml", of_list.replace('family = "list"', 'family = "map"'))
    registry.write("sources/copy.toml", of_list)
    of_router = (registry.root / "sources/router.toml").read_text()
    registry.write("sources/router.toml", of_router.replace("{ speed", '{ price = "router_price", speed'))
    return compile_registry(registry.root)


def only(whole: Catalog) -> Vote:
    """The only standing vote."""
    (vote,) = standing(votes_of(whole))
    return vote


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        ([said("list", LIST)], "single-family"),
        ([said("list", LIST), said("copy", MAP)], "single-family"),
        ([said("list", LIST), said("map", MAP)], "confirmed"),
        ([said("list", LIST), said("map", MAP, 'input = "0.501"')], "confirmed"),
        ([said("list", LIST), said("map", MAP, 'input = "0.6"')], "conflicting"),
        ([said("list", LIST), said("map", MAP), said("router", LIST, 'input = "0.6"')], "conflicting"),
        ([said("list", LIST), said("router", ROUTER, 'input = "0.6"')], "single-family"),
        ([said("list", LIST), said("copy", MAP, 'input = "0.6"')], "single-family"),
        ([said("list", LIST), said("map", MAP, 'output = "0.6"')], "confirmed"),
    ],
)
def test_the_state_of_a_price(registry: RegistryFolder, evidence: list[str], state: str) -> None:
    """Families vote once, within half a percent, and a word of long before is no vote."""
    assert state == only(catalog(registry, entry(LIST, *evidence))).state


def test_a_family_is_compared_with_what_others_supply(registry: RegistryFolder) -> None:
    """Two prices that two families state: one agrees; the other moved unseen, so both differ from each other."""
    whole = catalog(
        registry,
        entry(LIST, said("list", LIST), rates='input = "0.5"\noutput = "2"'),
        entry(MAP, said("map", MAP), said("list", LIST, 'output = "2"'), rates='output = "3"\ninput = "0.5"'),
    )

    assert {"list": (1, 1, 50.0), "map": (1, 1, 50.0)} == {
        each.family: (each.agree, len(each.differences), each.share) for each in agreement_of(whole)
    }


def test_a_change_that_was_dated_is_no_difference(registry: RegistryFolder) -> None:
    """A provider named the day: the older word is of other days."""
    older = entry(LIST, said("list", LIST))
    newer = entry("2026-11-01", said("map", MAP), rates='input = "0.9"', basis="effective")

    assert {("list", 0, 1), ("map", 0, 1)} == {
        (each.family, each.compared, each.other_days) for each in agreement_of(catalog(registry, older, newer))
    }


def test_what_a_source_said_before_it_said_something_nearer_is_of_other_days(registry: RegistryFolder) -> None:
    """The map saw a price on two days; its later word stands beside the list's."""
    older = entry(LIST, said("map", LIST), rates='input = "0.9"')
    newer = entry("2026-11-10", said("list", "2026-11-10"), said("map", MAP), rates='input = "0.5"')

    found = {each.family: each for each in agreement_of(catalog(registry, older, newer))}

    assert (1, 0, 1) == (found["list"].agree, len(found["list"].differences), found["list"].other_days)
    assert (1, 0, 0) == (found["map"].agree, len(found["map"].differences), found["map"].other_days)


def test_prices_of_routers_are_counted_apart_too(registry: RegistryFolder) -> None:
    """What moves with its hosts is compared, and left out where price lists are counted by themselves."""
    provider = registry.root / PROVIDER
    of_host = catalog(registry, entry(LIST, said("list", LIST), said("map", MAP, 'input = "0.7"')))
    registry.write(PROVIDER, provider.read_text().replace('kind = "host"', 'kind = "router"'))
    of_router = compile_registry(registry.root)

    assert {"list": (1, 0), "map": (1, 0)} == {each.family: each.of_price_lists for each in agreement_of(of_host)}
    assert {"list": (0, 0), "map": (0, 0)} == {each.family: each.of_price_lists for each in agreement_of(of_router)}
    assert {"list": 1, "map": 1} == {each.family: each.compared for each in agreement_of(of_router)}
    assert "a router's price, which moves with its hosts" == agreement_of(of_router)[0].differences[0].cause


BATCH = entry(LIST, said("list", LIST), rates='input = "0.3"', more='tier = "batch"')


@pytest.mark.parametrize(
    ("says", "more", "cause"),
    [
        ('input = "500"', "", "per thousand taken for per million (× 1,000)"),
        ('input = "500000"', "", "per token taken for per million (× 1,000,000)"),
        ('input = "5"', "", "a decimal point that moved (× 10)"),
        ('input = "0"', "", "zero: unknown or free in one of them"),
        ('input = "1"', "", "half or twice: a batch, promotional or off-peak price"),
        ('input = "0.3"', BATCH, "the batch price"),
        ('input = "0.7"', "", "seen 43 days apart: a change in between, or one is wrong"),
    ],
)  # fmt: skip
def test_the_likeliest_cause(registry: RegistryFolder, says: str, more: str, cause: str) -> None:
    """From the two figures, and from what else the catalog says."""
    whole = catalog(registry, entry(LIST, said("list", LIST), said("map", MAP, says)), more)
    vote = next(vote for vote in votes_of(whole) if vote.tier == "standard")

    assert cause == Causes(whole).of(vote, vote.against[0])


@pytest.mark.parametrize(
    ("factors", "found"),
    [
        (["1.1"] * 8, True),
        (["1.1"] * 7, False),
        (["1.1"] * 8 + ["1"] * 2, True),
        (["1.1"] * 7 + ["1"] * 3, False),
        (["1.05", "1.2"] * 5, False),
        (["1"] * 10, False),
    ],
    ids=["eight", "seven", "two are equal", "three are equal", "no one factor", "the same"],
)
def test_a_source_that_is_off_by_one_factor_at_a_provider(
    registry: RegistryFolder, factors: list[str], found: bool
) -> None:
    """Eight prices, of which eight in ten differ and are close to one multiple: that is a currency, not eight slips."""
    text = (registry.root / OFFERING).read_text()
    for number, factor in enumerate(factors):
        says = f'input = "{Decimal(factor) * (number + 1)}"'
        price = entry(LIST, said("list", LIST), said("map", MAP, says), rates=f'input = "{number + 1}"')
        path = f"providers/acme/offerings/small-{number + 5}.toml"
        registry.write(
            path,
            text[: text.index("[[prices]]")].replace('"Small-1"', f'"Small-{number + 5}"', 1) + price,
        )
    whole = catalog(registry, entry(LIST, said("list", LIST)))

    told = {Causes(whole).of(vote, side) for vote in standing(votes_of(whole)) for side in vote.against}

    assert any(cause.startswith("all its prices here are some 1.10 times those of list") for cause in told) is found


def test_a_router_says_what_it_pays(registry: RegistryFolder) -> None:
    """A price that only a router says is its own."""
    whole = catalog(registry, entry(LIST, said("list", LIST), said("router", LIST, 'input = "0.45"')))
    vote = only(whole)

    assert Causes(whole).of(vote, vote.against[0]).startswith("the router's own price")
