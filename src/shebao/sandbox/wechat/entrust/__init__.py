"""WeChat agreements: signed in WeChat, and collected under on its older wire."""
