"""Gallery of what goes beyond paying: comparing tiers, and the same pages in English."""

from __future__ import annotations

from tests.journeys.gallery import at

BEYOND = (
    at("advice", "tiers", "/advice", "帮我比一比"),
    at("advice_answered", "tiers", "/advice?scheme=resident_pension&age=50&years=2", "帮我比一比"),
    at("advice_base", "months", "/advice?scheme=flexible_pension&age=50&years=2", "帮我比一比"),
    at("advice_mine", "amount", "{choose_amount}/advice?age=40", "帮我比一比"),
    at("reminders", "months", "/me/reminders", "短信提醒"),
    at("my_data", "tiers", "/me/data", "我的数据"),
)
