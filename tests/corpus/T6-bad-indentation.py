import a
    import b
  import c
import d
