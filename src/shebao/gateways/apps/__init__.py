"""The apps whose people we know by their ids there: WeChat and Baidu."""
