"""The reference pages that are generated: `script/reference` writes them."""
