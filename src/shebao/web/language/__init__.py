"""Language: the pages in other words than Chinese, from catalogues beside them."""
