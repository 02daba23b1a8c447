log = object()
