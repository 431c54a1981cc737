"""Alipay as the outside world plays it: its open gateway, its cashier and its notices."""
