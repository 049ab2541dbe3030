import sys

sys.path.insert(0, "/home/dev/atelier/backend/services/noise_monitor_service")

from datetime import datetime
from unittest.mock import patch

from collectors.microphones import MicrophoneArray
from levels import Level, classify, mean_level
from quiet_hours import is_quiet


def test_limits():
    assert classify(60) is Level.NORMAL
    assert classify(60, quiet=True) is Level.ALARM
    assert classify(20) is Level.QUIET


def test_mean_is_taken_on_the_energy():
    assert mean_level([60, 60]) == 60.0
    assert mean_level([60, 70]) == 67.4


def test_quiet_hours():
    assert is_quiet(datetime(2024, 1, 1, 23))
    with patch("quiet_hours.datetime") as clock:
        clock.now.return_value = datetime(2024, 1, 1, 12)
        assert not is_quiet()


def test_microphones():
    assert MicrophoneArray().collect() == {"elm": 30.0, "oak": 30.0}
