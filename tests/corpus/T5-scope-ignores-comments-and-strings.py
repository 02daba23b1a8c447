def f():
# comment
    """
doc
"""
    import a
