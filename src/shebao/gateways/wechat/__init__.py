"""WeChat Pay: the wire of its API, version 3."""
