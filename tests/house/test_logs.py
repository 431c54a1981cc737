"""A log line shows no personal number whole, whoever wrote it."""

import json
import logging

import pytest

from shebao.logs import configure, masked


@pytest.fixture
def _logging_as_it_was():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def fail_with(words):
    try:
        raise ValueError(words)
    except ValueError:
        logging.getLogger("shebao").exception("it failed")


@pytest.mark.parametrize(
    "number",
    ["330212197503089911", "32021319910319947X", "13800000001", "6222021234567890123"],
    ids=["certificate", "with X", "telephone", "card"],
)
def test_a_number_inside_a_sentence_is_masked(number):
    line = masked(f"号码 {number}，请查。")
    assert number not in line
    assert number[:3] in line
    assert number[-4:] in line


@pytest.mark.parametrize(
    "text", ["ord01M800Q7P2BMSN2ZCNY0MV093V", "order 12345 of 2024", "4200002026112251614690724274"]
)
def test_what_is_no_personal_number_is_left_alone(text):
    assert masked(text) == text


@pytest.mark.usefixtures("_logging_as_it_was")
def test_what_a_library_logs_is_masked_too(capsys):
    configure("info")
    logging.getLogger("some.library").warning("refused %s", "330212197503089911")
    line = capsys.readouterr().err
    assert json.loads(line)["event"] == "refused 3302**********9911"


@pytest.mark.usefixtures("_logging_as_it_was")
def test_the_words_of_an_exception_are_masked_too(capsys):
    configure("info")
    fail_with("13800000001")
    assert "13800000001" not in capsys.readouterr().err
