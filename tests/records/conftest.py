"""Small records and data sets that need no renderer."""

import pytest

from tests.records.samples import write_dataset


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    """A folder of five training and two validation records in three shards; not to be changed."""
    return write_dataset(tmp_path_factory.mktemp("records") / "set")
