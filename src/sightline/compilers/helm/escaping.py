"""Text for values that Helm renders once more, where braces would be its own.

Which values a chart gives to `tpl` is only seen in its templates: `extraManifests` and
the additional scrape configurations are, rule files and dashboards are not.
"""

__all__ = ["escape"]


def escape(text: str) -> str:
    """Gives text that Helm's `tpl` turns into `text`."""
    return text.replace("{{", '{{ "{{" }}')
