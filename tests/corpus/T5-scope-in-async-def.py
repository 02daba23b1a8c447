async def f():
    import a
    async with x: import b
