from datetime import date
from decimal import Decimal
from string import Template
from typing import NamedTuple

import pkgutil


class DailyReport(NamedTuple):
    day: date
    sold: int
    revenue: Decimal


def render_report(report: DailyReport) -> str:
    text = pkgutil.get_data(__package__, "daily.txt").decode()
    return Template(text).substitute(report._asdict()).strip()
