"""PromQL: expressions as trees, and what is certain of them.

Read these modules in this order::

    ast           the tree: frozen nodes with their places in the text
    parsing       text → tree; what is wrong, and what is not analysed
    printing      tree → text, nothing reordered
    walking       going through trees, and making others from them
    windows       how far back each selector reads
    catalogue     what is known of metrics, and who says so
    inference     labels, numbers, units and emptiness of every node
    origins       why a label is not there

A whole use is four lines::

    tree = parsing.parse("sum by (job) (rate(errors_total[5m])) > 5")
    known = exposition.read_exposition(page, origin="api") | bundled.load_catalogue()
    found = inference.infer(tree, known)
    found.vector(tree).labels.certain     # frozenset({"job"})

Catalogues come from `exposition` (scrapes and servers), `recording` (rules) and
`bundled` (well-known exporters).

Behind `parsing` stand `templating` (Grafana's variables), `lexing`, `cursor`,
`clauses`, `operators` and `grammar`, then `functions`, `valuetypes` and `patterns`.
Behind `inference` stand `facts`, made of `labelsets`, `intervals` with their
`arithmetic`, and `dimensions`; and `inferring`, one module for each kind of node.
"""
