"""Addresses of databases: the one driver that does not hold up the whole server."""

import pytest

from models.session import make_engine, normalise_url


@pytest.mark.parametrize("url", ["postgresql://ann@db/hearthside", "postgres://ann@db/hearthside"])
def test_a_bare_postgresql_address_gets_the_green_driver(url):
    assert normalise_url(url) == "postgresql+psycopg2://ann@db/hearthside"


@pytest.mark.parametrize("url", ["postgresql+psycopg2://db/hearthside", "sqlite://", "sqlite:///folder/file.sqlite"])
def test_any_other_address_stays_as_it_is(url):
    assert normalise_url(url) == url


@pytest.mark.parametrize(
    ("url", "driver"),
    [("postgres://db/hearthside", "psycopg2"), ("sqlite://", "pysqlite")],
)
def test_an_engine_has_the_driver_meant_and_keeps_values_out_of_its_errors(url, driver):
    engine = make_engine(url)
    assert engine.dialect.driver == driver
    assert engine.hide_parameters
    engine.dispose()
