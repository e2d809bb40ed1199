"""The login function: sends editors to GitHub, and exchanges the code that they come back with."""
