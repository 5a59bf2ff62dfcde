"""Every check, in the order in which they are documented."""

from typing import Final

from sightline.checks import declarations
from sightline.checks.dashboards import (
    empty_variable,
    panel_without_query,
    threshold_drift,
    undefined_variable,
)
from sightline.checks.files import inline_secret, unexpanded_variable
from sightline.checks.queries import (
    beyond_retention,
    constant_condition,
    division_by_zero,
    impossible_matcher,
    le_spelling,
    missing_bucket,
    promql_syntax,
    raw_counter,
    short_window,
    unit_mismatch,
    unknown_metric,
    unmatched_labels,
    unrecorded_series,
)
from sightline.checks.routing import (
    empty_message,
    hiding_inhibition,
    late_page,
    shadowed_route,
    undefined_name,
    undefined_template,
    unheard_alert,
    unreached_channel,
    unused_receiver,
)
from sightline.checks.rules import (
    burn_factor,
    duplicate_rule,
    many_series,
    missing_metadata,
    recording_order,
    rule_cost,
    silent_outage,
    template_label,
    template_syntax,
    template_value,
    test_of_nothing,
    unbounded_label,
    uneven_for,
)

__all__ = ["CHECKS"]

CHECKS: Final[tuple[declarations.Check, ...]] = (
    promql_syntax.CHECK,
    beyond_retention.CHECK,
    constant_condition.CHECK,
    division_by_zero.CHECK,
    impossible_matcher.CHECK,
    le_spelling.CHECK,
    missing_bucket.CHECK,
    raw_counter.CHECK,
    short_window.CHECK,
    unit_mismatch.CHECK,
    unknown_metric.CHECK,
    unmatched_labels.CHECK,
    unrecorded_series.CHECK,
    burn_factor.CHECK,
    duplicate_rule.CHECK,
    many_series.CHECK,
    missing_metadata.CHECK,
    recording_order.CHECK,
    rule_cost.CHECK,
    silent_outage.CHECK,
    template_label.CHECK,
    template_syntax.CHECK,
    template_value.CHECK,
    test_of_nothing.CHECK,
    unbounded_label.CHECK,
    uneven_for.CHECK,
    empty_message.CHECK,
    hiding_inhibition.CHECK,
    late_page.CHECK,
    shadowed_route.CHECK,
    undefined_name.CHECK,
    undefined_template.CHECK,
    unheard_alert.CHECK,
    unreached_channel.CHECK,
    unused_receiver.CHECK,
    empty_variable.CHECK,
    panel_without_query.CHECK,
    threshold_drift.CHECK,
    undefined_variable.CHECK,
    inline_secret.CHECK,
    unexpanded_variable.CHECK,
)
