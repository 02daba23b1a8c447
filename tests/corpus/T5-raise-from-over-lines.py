def f():
    raise E(
    ) from e
import a
