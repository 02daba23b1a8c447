try:
    exec "import a" in d
except E, e:
    import b
