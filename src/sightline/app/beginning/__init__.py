"""Where another company's spec begins: a small one that builds, to be made its own."""
