@d
class A:
    @p
    def f(self):
        from a import b
        class B:
            import c
    import d
import e
