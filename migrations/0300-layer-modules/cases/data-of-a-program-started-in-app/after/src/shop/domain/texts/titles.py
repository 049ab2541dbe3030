TITLE = "Pages"
