"""What is certain of every expression, inferred once and when it is asked for."""

from collections.abc import Iterable

from sightline.checks import expressions
from sightline.promql import ast, bundled, catalogue, facts, inference, recording

__all__ = ["Knowledge"]


class Knowledge:
    """The metrics that are known, and what expressions make of them."""

    def __init__(
        self,
        declared: catalogue.Catalogue,
        recordings: Iterable[recording.Recording],
    ) -> None:
        self._declared = declared
        self._recordings = tuple(recordings)
        self._known: catalogue.Catalogue | None = None
        self._inferred: dict[int, inference.Inference] = {}

    @property
    def metrics(self) -> catalogue.Catalogue:
        """What is declared, what rules record, and what well-known exporters expose."""
        if self._known is None:
            known = self._declared | bundled.load_catalogue()
            self._known = recording.add_recordings(known, self._recordings, self._infer)
        return self._known

    def infer(self, expression: expressions.Expression) -> inference.Inference | None:
        """Gives the facts about an expression; `None` when it has no tree."""
        tree = expression.tree
        return None if tree is None else self._infer(tree, self.metrics)

    def _infer(
        self, tree: ast.Expression, known: catalogue.Catalogue
    ) -> inference.Inference:
        found = self._inferred.get(id(tree))
        if found is None:
            found = self._inferred[id(tree)] = inference.infer(tree, known)
        return found

    def result(self, expression: expressions.Expression) -> facts.Vector | None:
        """Gives the facts about the series of a result; `None` for other results."""
        found = self.infer(expression)
        if found is None or not isinstance(found.fact, facts.Vector):
            return None
        return found.fact

    def origin(self, node: ast.VectorSelector) -> str:
        """Says, for people, who knows what a selector selects; empty when nobody."""
        metric = None if node.metric is None else self.metrics.find(node.metric)
        return "" if metric is None else f" (known from the {metric.origin})"
