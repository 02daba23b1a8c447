x = f"{ {1: 2}[1] } {[i for i in {1}]}"; import a
