"""Services (便民服务): the pages of what a city offers besides collecting."""
