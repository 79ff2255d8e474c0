"""Contributor insights, as descriptions: nothing is counted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.schema import Table

MODE = "ACCESSED_AND_THROTTLED_KEYS"
RULES = {
    MODE: ("PKC", "PKT", "SKC", "SKT"),
    "THROTTLED_KEYS": ("PKT", "SKT"),
}
MOST_LISTED = 100


def insighted_table(call: Call) -> Table:
    """Give the table, whose index is there if one is named."""
    table = call.described_table(call.body["TableName"])
    name = call.body.get("IndexName")
    if name is not None and table.index(name) is None:
        raise validation(f"The table does not have the specified index: {name}")
    return table


def of_table(table: Table) -> Mapping[str, Any]:
    """Give what is enabled, by the index's name; the table's own is nameless."""
    insights: Mapping[str, Any] = table.settings.get("insights") or {}
    return insights


def named(call: Call) -> Answer:
    return {name: call.body[name] for name in ("TableName", "IndexName") if name in call.body}


def update_contributor_insights(call: Call) -> Answer:
    table, body = insighted_table(call), call.body
    insights = dict(of_table(table))
    name = body.get("IndexName") or ""
    mode = body.get("ContributorInsightsMode") or MODE
    enable = body["ContributorInsightsAction"] == "ENABLE"
    if enable:
        insights[name] = {"since": call.now, "mode": mode}
    else:
        insights.pop(name, None)
    with call.database.writing():
        call.database.save(replace(table, settings={**table.settings, "insights": insights}))
    status = "ENABLING" if enable else "DISABLING"
    return {**named(call), "ContributorInsightsStatus": status, "ContributorInsightsMode": mode}


def describe_contributor_insights(call: Call) -> Answer:
    table = insighted_table(call)
    enabled = of_table(table).get(call.body.get("IndexName") or "")
    if enabled is None:
        return {**named(call), "ContributorInsightsStatus": "DISABLED"}
    place = "-".join(named(call).values())
    rules = [
        f"DynamoDBContributorInsights-{kind}-{place}-{int(enabled['since'] * 1000)}"
        for kind in RULES[enabled["mode"]]
    ]
    return {
        **named(call),
        "ContributorInsightsStatus": "ENABLED",
        "ContributorInsightsMode": enabled["mode"],
        "ContributorInsightsRuleList": rules,
        "LastUpdateDateTime": round(enabled["since"], 3),
    }


def list_contributor_insights(call: Call) -> Answer:
    """List what is enabled, of one table or of all."""
    name, tables = call.body.get("TableName"), call.database.tables
    wanted = [call.described_table(name)] if name else [tables[each] for each in sorted(tables)]
    summaries = [
        {
            "TableName": table.name,
            **({"IndexName": index} if index else {}),
            "ContributorInsightsStatus": "ENABLED",
            "ContributorInsightsMode": enabled["mode"],
        }
        for table in wanted
        for index, enabled in of_table(table).items()
    ]
    first = number_of_token(call.body.get("NextToken"))
    limit = call.body.get("MaxResults") or MOST_LISTED
    answer: Answer = {"ContributorInsightsSummaries": summaries[first : first + limit]}
    if len(summaries) > first + limit:
        answer["NextToken"] = str(first + limit)
    return answer


def number_of_token(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdecimal():
        raise validation("Invalid NextToken")
    return int(token)
